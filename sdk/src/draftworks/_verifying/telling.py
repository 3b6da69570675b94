"""Says in plain words what a bundle without a fault shows, and what it cannot show."""

from draftworks._verifying.statement import ENDED, Predicate, Statement

_ENDS = {
    "delivered": "The build was delivered: this is the product that was checked, and the checks.",
    "failed": "The build failed and delivered no product. What was found until then is here.",
    "canceled": "The build was canceled and delivered no product. What was found until then is "
    "here.",
}
_UNDER_WAY = "The build had not ended yet: this is how it stood."
_VERDICT_WORDS = {
    "passed": "held",
    "failed": "did not hold",
    "unstable": "held only when tried again",
    "judged": "left for a person to judge",
    "not_run": "not proven",
}


def shown(statement: Statement) -> tuple[str, ...]:
    """Return one sentence for each thing that was checked."""
    predicate = statement.predicate
    return (
        _ENDS.get(predicate.status, _UNDER_WAY),
        f"All {len(statement.subject)} files are as they were signed: none was changed or added.",
        _results(predicate),
        _sealed(predicate),
        f"The history is whole: {predicate.events.length} events{_last_word(predicate)}.",
        *_decisions(predicate),
    )


def not_shown(predicate: Predicate, *, is_signer_known: bool) -> tuple[str, ...]:
    """Return one sentence for each thing that no check of these bytes can tell."""
    who = (
        ()
        if is_signer_known
        else ("Who signed it: anybody can make a key. Ask the works for its public key (--key).",)
    )
    return (
        *who,
        "That the signer tells the truth: this is the word of the works that its prover saw this.",
        "That the product does anything beyond its scenarios, or is free of faults.",
        *_what_follows(predicate),
    )


def _last_word(predicate: Predicate) -> str:
    if predicate.status in ENDED:
        return f", and the last one says {predicate.status!r} too"
    return " until it was signed"


def _what_follows(predicate: Predicate) -> tuple[str, ...]:
    """Name what may still come; after its end nothing happens to a build."""
    if predicate.status in ENDED:
        return ()
    return (f"How build {predicate.proof.build} went on after it was signed.",)


def _results(predicate: Predicate) -> str:
    proof = predicate.proof
    attempts = sum(len(result.attempts) for result in proof.results)
    told = ", ".join(
        f"{proof.counts[word]} {words}"
        for word, words in _VERDICT_WORDS.items()
        if proof.counts.get(word)
    )
    total = len(proof.results)
    if not total:
        return "No criterion was checked, so nothing is proven."
    return (
        f"The criteria: {told}, {total} in all. Each verdict follows from the {attempts} attempts "
        "and their evidence."
    )


def _sealed(predicate: Predicate) -> str:
    count = sum(result.holdout for result in predicate.proof.results)
    if not count:
        return "No scenario was sealed from the builders."
    were = "1 sealed scenario was" if count == 1 else f"{count} sealed scenarios were"
    if predicate.revealed is None:
        return f"{were} fixed before any code was written, and not revealed yet."
    return f"{were} fixed before any code was written, and revealed unchanged."


def _decisions(predicate: Predicate) -> tuple[str, ...]:
    return tuple(
        f"{approval.actor} said {approval.decision!r} at the {approval.gate} gate"
        + (", in a blanket that names no criterion." if approval.blanket else ".")
        for approval in predicate.approvals
    )
