"""Writes findings as SARIF 2.1.0, which code hosts and editors show beside the lines."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from draftworks._models import CheckedBlueprint, Finding, Rule

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Mapping[str, str] = {"error": "error", "warning": "warning", "info": "note"}


def sarif_log(checked: CheckedBlueprint, path: str) -> dict[str, Any]:
    """Return the log of one checked blueprint.

    `path` is the file as the reader of the log finds it, best relative to the repository's root.
    """
    numbers = {rule.id: number for number, rule in enumerate(checked.rules)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Draftworks",
                        "rules": [_rule(rule) for rule in checked.rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "artifacts": [{"location": _location(path), "hashes": {"sha-256": checked.digest}}],
                "results": _results(checked.findings, numbers, path),
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    help_text = f"{rule.reason} Instead of: {rule.example} Better: {rule.better}"
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.title[:1].upper()}{rule.title[1:]}"},
        "fullDescription": {"text": rule.reason},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _level(rule.severity)},
    }


def _results(
    findings: Sequence[Finding], numbers: Mapping[str, int], path: str
) -> list[dict[str, Any]]:
    return [
        {
            "ruleId": finding.rule,
            **({"ruleIndex": numbers[finding.rule]} if finding.rule in numbers else {}),
            "level": _level(finding.severity),
            "message": {"text": f"{finding.message}\n{finding.remedy}".strip()},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {**_location(path), "index": 0},
                        "region": {"startLine": finding.line},
                    }
                }
            ],
        }
        for finding in findings
    ]


def _location(path: str) -> dict[str, Any]:
    """Return a relative reference; an absolute path becomes an address of the file."""
    address = quote(path.replace("\\", "/"))
    return {"uri": f"file://{address}" if address.startswith("/") else address}


def _level(severity: str) -> str:
    return _LEVELS.get(str(severity), "warning")
