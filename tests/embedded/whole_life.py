"""Run as a program of its own: starts both parts on a folder, uses them, stops them, tells."""

import json
import sys
from pathlib import Path
from typing import Any

import psycopg
import redis

from backend.embedded import EmbeddedPostgres, EmbeddedRedis
from backend.embedded.errors import EmbeddedError
from backend.embedded.part import EmbeddedPart
from backend.embedded.processes import find_processes


def live(data_folder: Path) -> dict[str, Any]:
    postgres, bell = EmbeddedPostgres(data_folder, durable=False), EmbeddedRedis(data_folder)
    try:
        postgres.start()
        bell.start()
        with psycopg.connect(postgres.superuser_url) as connection:
            row = connection.execute("select 6 * 7").fetchone()
        with redis.Redis.from_url(bell.url) as connection:
            connection.set("answer", 42)
            answer = connection.get("answer")
        return {
            "postgres": row and row[0],
            "redis": int(answer),
            "uids": sorted({uid for part in (postgres, bell) for uid in _uids(part)}),
        }
    finally:
        postgres.stop()
        bell.stop()


def _uids(part: EmbeddedPart) -> list[int]:
    found = find_processes(part.data, part.program_names) or []
    return [Path(f"/proc/{pid}").stat().st_uid for pid in found]


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(live(Path(sys.argv[1]))))
    except EmbeddedError as error:
        sys.stdout.write(json.dumps({"error": str(error)}))
