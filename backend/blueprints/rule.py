"""A rule of the check as people read of it: what it blames, why, and what would be better."""

import msgspec

from backend.blueprints.blueprint import Severity


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule; `example` is what it blames and `better` what the author may write instead."""

    id: str
    title: str
    severity: Severity
    reason: str
    example: str
    better: str
