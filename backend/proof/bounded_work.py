"""Runs work that a product could make endless in a process of its own, which can be ended."""

import asyncio
import contextlib
import json
import os
import sys
from typing import Any

_SECONDS = 10.0


async def run_bounded(module: str, order: dict[str, Any]) -> dict[str, Any] | None:
    """Give a module's process an order as JSON; return its answer, or None when it did not end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
    )
    try:
        async with asyncio.timeout(_SECONDS):
            said, _ = await process.communicate(json.dumps(order).encode())
    except TimeoutError:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    try:
        answer = json.loads(said)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
