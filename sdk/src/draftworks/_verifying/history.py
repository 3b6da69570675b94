"""Follows the build's events, hash by hash, and compares what they tell with the proof."""

import hashlib
from collections.abc import Iterator

from draftworks._verifying.canonical import canonical_json
from draftworks._verifying.fault import Fault
from draftworks._verifying.statement import Event, Events, Predicate

_PLACE = "events"
_TOLD = ("gate", "decision", "actor", "comment", "blanket", "criteria", "proof_digest")
_BEFORE_THE_END = {"delivered": "delivering", "proven": "proving", "awaiting_acceptance": "proving"}


def check_chain(events: Events) -> Iterator[Fault]:
    """Yield a fault when an event was changed, moved or taken out."""
    previous = ""
    for number, event in enumerate(events.entries, start=1):
        if event.sequence != number:
            yield Fault(_PLACE, f"number {number} was taken out or moved")
            return
        if event.hash != _hash(previous, event):
            yield Fault(_PLACE, f"number {number} was changed, or one before it")
            return
        previous = event.hash
    if (events.length, events.head) != (len(events.entries), previous):
        yield Fault(_PLACE, "end sooner than the build's history did")


def _hash(previous: str, event: Event) -> str:
    body = {
        "previous": previous,
        "sequence": event.sequence,
        "type": event.type,
        "at": event.at,
        "data": event.data,
    }
    return hashlib.sha256(canonical_json(body)).hexdigest()


def check_story(predicate: Predicate) -> Iterator[Fault]:
    """Yield a fault when the history tells of other decisions, another proof or another end."""
    told = [event.data for event in predicate.events.entries if event.type == "status"]
    decided = [{name: data.get(name) for name in _TOLD} for data in told if "decision" in data]
    stated = [
        {name: getattr(approval, name) for name in _TOLD} | {"criteria": [*approval.criteria]}
        for approval in predicate.approvals
    ]
    if decided != stated:
        yield Fault("decisions", "are not those that the events tell of")
    proven = [data["proof_digest"] for data in told if data.get("stage") == "prove"]
    if proven and proven[-1] != predicate.proof_digest:
        yield Fault("proof", "is not the one that the events tell of")
    expected = _BEFORE_THE_END.get(predicate.status)
    if expected and (not told or told[-1].get("status") != expected):
        yield Fault(_PLACE, f"do not lead to a build that is {predicate.status}")
    if predicate.status == "delivered" and not proven:
        yield Fault(_PLACE, "tell of no proof, though the build was delivered")
