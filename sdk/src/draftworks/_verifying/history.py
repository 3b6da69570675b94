"""Follows the build's events, hash by hash, and compares what they tell with the proof."""

import hashlib
from collections.abc import Iterator
from typing import Any

from draftworks._verifying.canonical import canonical_json
from draftworks._verifying.fault import Fault
from draftworks._verifying.statement import ENDED, Event, Events, Predicate

_PLACE = "events"
_TOLD = ("gate", "decision", "actor", "comment", "blanket", "criteria", "proof_digest")
# What an open build is told of last: the statement itself is made while it is being proven.
_UNDER_WAY = {"proven": "proving", "awaiting_acceptance": "proving"}


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
    proven = _proof_told_of(told)
    if proven and proven != predicate.proof_digest:
        yield Fault("proof", "is not the one that the events tell of")
    if predicate.status == "delivered" and not proven:
        yield Fault(_PLACE, "tell of no proof, though the build was delivered")
    yield from _check_end(predicate)


def _proof_told_of(told: list[dict[str, Any]]) -> str | None:
    """Return the digest of the last proof; what is coded anew has none yet."""
    found: str | None = None
    for data in told:
        if data.get("status") == "coding":
            found = None
        elif "stage" in data and "proof_digest" in data:
            found = data["proof_digest"]
    return found


def _check_end(predicate: Predicate) -> Iterator[Fault]:
    """Yield a fault unless the very last event says how the build stands, and why."""
    status, entries = predicate.status, predicate.events.entries
    if status not in ENDED and status not in _UNDER_WAY:
        yield Fault(_PLACE, f"cannot be compared with a build that is {status!r}")
        return
    moves = [event for event in entries if event.type == "status"]
    if not moves or moves[-1].data.get("status") != _UNDER_WAY.get(status, status):
        yield Fault(_PLACE, f"do not lead to a build that is {status}")
    elif status in ENDED and entries[-1] is not moves[-1]:
        yield Fault(_PLACE, "go on after the one that ended the build")
    elif moves[-1].data.get("failure_reason") != predicate.reason:
        yield Fault(_PLACE, "give another reason for the end than the proof does")
