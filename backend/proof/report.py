"""Renders a proof as one page that a shop owner understands and that opens from disk."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment as Templates
from jinja2 import PackageLoader, StrictUndefined
from markupsafe import Markup

from backend.blueprints.blueprint import Blueprint
from backend.proof import report_words as words
from backend.proof.environment import Environment
from backend.proof.report_checks import view_parts
from backend.proof.report_overview import accepted_by_name, view_overview
from backend.proof.results import CriterionResult, Verdict
from backend.proof.statement import Approval


@dataclass(frozen=True, kw_only=True)
class ReportInput:
    """All that the page tells; `folder` is where the evidence lies and the page will lie too.

    `phases` says how many seconds each part of the proving took, `seeds` what the unseen data were
    drawn from, `trace_viewer` where the works serves the viewer of recordings.
    """

    blueprint: Blueprint
    results: Sequence[CriterionResult]
    build: str
    status: str
    started: datetime
    finished: datetime
    environment: Environment
    folder: Path
    approvals: Sequence[Approval] = ()
    proof_digest: str | None = None
    signer: str | None = None
    phases: Mapping[str, float] = field(default_factory=dict)
    seeds: Mapping[str, str] = field(default_factory=dict)
    trace_viewer: str | None = None


def render_report(report: ReportInput) -> str:
    """Return the page; whatever comes from the product or the author is escaped."""
    parts = view_parts(report.blueprint, report.results, report.folder)
    style, script = _own_text("report.css"), _own_text("report.js")
    return (
        _templates()
        .get_template("report.html")
        .render(
            report=report,
            parts=parts,
            overview=view_overview(parts, report.approvals),
            accepted=accepted_by_name(report.approvals),
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )


@cache
def _templates() -> Templates:
    templates = Templates(
        loader=PackageLoader("backend.proof", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals |= {
        "Verdict": Verdict,
        "words": words.VERDICTS,
        "words_for_many": words.VERDICTS_OF_MANY,
        "marks": words.MARKS,
        "deed": words.deed,
        "segments": words.segments,
        "counted": words.counted,
    }
    templates.filters |= {
        "moment": words.moment,
        "span": words.span,
        "clock": words.clock,
    }
    return templates


@cache
def _own_text(name: str) -> Markup:
    """Read a part of the page that is ours, not the product's."""
    path = Path(__file__).with_name("templates") / name
    return Markup(path.read_text(encoding="utf-8"))  # noqa: S704  # our own file


def _policy(style: str, script: str) -> str:
    """Let the page use its own style and script, and pictures and clips beside it; no more."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_source(style)}",
            f"script-src {_source(script)}",
            "img-src data: 'self' file:",
            "media-src 'self' file:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{b64encode(digest).decode()}'"
