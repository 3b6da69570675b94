"""Reading the blueprint that a caller names: a file, or its text."""

import os
from dataclasses import dataclass
from pathlib import Path

from draftworks._calls import check_blueprint, submit_blueprint
from draftworks._core import Core
from draftworks._errors import BlueprintUnreadableError
from draftworks._models import Blueprint, CheckedBlueprint


@dataclass(frozen=True)
class Document:
    """A blueprint's text and the name that findings call it by."""

    text: str
    file: str


def read_document(path_or_text: str | os.PathLike[str], file: str | None) -> Document:
    """Return the document; a string with a line break is a text, any other names a file."""
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        return Document(path_or_text, file or "blueprint.md")
    path = Path(path_or_text)
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise BlueprintUnreadableError(
            f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8"
        ) from error
    return Document(text, file or path.name)


async def submit(
    core: Core,
    path_or_text: str | os.PathLike[str],
    *,
    file: str | None,
    idempotency_key: str | None,
) -> Blueprint:
    """Read a blueprint and send it."""
    document = await core.wire.call(lambda: read_document(path_or_text, file))
    call = submit_blueprint(document.text, file=document.file, idempotency_key=idempotency_key)
    return await core.send(call)


async def check(
    core: Core, path_or_text: str | os.PathLike[str], *, file: str | None
) -> CheckedBlueprint:
    """Read a blueprint and have it checked."""
    document = await core.wire.call(lambda: read_document(path_or_text, file))
    return await core.send(check_blueprint(document.text, file=document.file))
