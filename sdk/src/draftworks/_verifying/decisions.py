"""Checks that what was delivered may be: all passed, and people saw what waits for them."""

from collections.abc import Iterator

from draftworks._verifying.fault import Fault
from draftworks._verifying.statement import Predicate, Result

_BY_NAME = ("unstable", "judged")
_CRITICAL = "@critical"


def check_delivery(predicate: Predicate) -> Iterator[Fault]:
    """Yield a fault for each criterion that a delivery rests on and should not."""
    if predicate.status != "delivered":
        return
    if not predicate.proof.results:
        yield Fault("proof", "shows no criterion at all, though the build was delivered")
    last = predicate.approvals[-1] if predicate.approvals else None
    accepted: set[str] = set()
    is_accepted_whole = False
    if last is not None and last.gate == "acceptance":
        if last.decision != "accept":
            yield Fault("decisions", f"end with {last.actor} saying {last.decision!r}")
        if last.proof_digest != predicate.proof_digest:
            yield Fault("decisions", f"of {last.actor} are about another proof")
        accepted = set(last.criteria)
        is_accepted_whole = last.blanket
    for result in predicate.proof.results:
        if result.verdict in _BY_NAME and result.criterion not in accepted:
            yield Fault(result.criterion, f"is {result.verdict}, and nobody accepted it by name")
        elif result.verdict not in ("passed", *_BY_NAME):
            yield Fault(result.criterion, f"is {result.verdict}, though the build was delivered")
        elif result.criterion not in accepted and not is_accepted_whole:
            yield from _unseen(result)


def _unseen(result: Result) -> Iterator[Fault]:
    """Yield a fault for what a person has to see, though it passed."""
    if _CRITICAL in result.tags:
        yield Fault(result.criterion, "is critical, and nobody accepted it")
    if result.first_baselines:
        yield Fault(result.criterion, "has a first picture, and nobody accepted it")
