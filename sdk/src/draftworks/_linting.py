"""`draftworks lint`: asks the works what is wrong with a blueprint, and stores nothing."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from draftworks._client import Draftworks
from draftworks._measures_telling import tell_measures
from draftworks._models import CheckedBlueprint
from draftworks._sarif import sarif_log

ORDERABLE, REFUSED = 0, 2
FORMATS = ("text", "json", "sarif")


def lint(file: str, output_format: str, *, api_key: str | None, base_url: str | None) -> int:
    """Check a file and write what was found; the exit status says whether it can be ordered."""
    with Draftworks(api_key, base_url=base_url) as client:
        checked = client.blueprints.check(Path(file))
    sys.stdout.write(render(checked, file, output_format))
    return ORDERABLE if checked.orderable else REFUSED


def render(checked: CheckedBlueprint, path: str, output_format: str) -> str:
    """Return the findings in one of the formats, ready to be written."""
    if output_format == "json":
        return msgspec.json.encode(checked).decode() + "\n"
    if output_format == "sarif":
        return json.dumps(sarif_log(checked, path), indent=2, ensure_ascii=False) + "\n"
    return "".join(f"{line}\n" for line in _sentences(checked))


def _sentences(checked: CheckedBlueprint) -> Iterator[str]:
    for finding in checked.findings:
        yield f"{finding.file}:{finding.line}: {finding.rule} {finding.severity} {finding.message}"
        yield from (f"    {line}" for line in finding.remedy.split("\n"))
    yield from tell_measures(checked.measures, checked.quote)
    if not checked.orderable:
        yield "This blueprint cannot be ordered yet."
    else:
        yield f"{checked.name} can be ordered."
