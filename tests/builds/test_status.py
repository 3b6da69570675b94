"""The state machine: its table, its endings and its only writer."""

from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from backend.builds.drawing import redraw
from backend.builds.errors import IllegalTransitionError
from backend.builds.models import Build
from backend.builds.status import (
    TERMINAL,
    TRANSITIONS,
    WAITING_FOR_A_PERSON,
    BuildStatus,
    Ending,
    FailureReason,
    ended_as,
)
from tenants.ids import new_id


def make_build(status: BuildStatus) -> Build:
    return Build(
        id=new_id(),
        tenant_id=new_id(),
        status=status.value,
        attempt=1,
        event_sequence=0,
        event_hash="",
        created_at=datetime.now(UTC),
    )


def test_every_state_has_a_row_and_every_arrow_leads_to_a_state() -> None:
    assert set(TRANSITIONS) == set(BuildStatus)
    assert all(arrows <= set(BuildStatus) for arrows in TRANSITIONS.values())


def test_every_state_that_is_not_terminal_may_fail_and_be_canceled() -> None:
    for status in set(BuildStatus) - TERMINAL:
        assert {BuildStatus.FAILED, BuildStatus.CANCELED} <= TRANSITIONS[status]


def test_every_state_is_reached_from_queued() -> None:
    seen, frontier = set(), {BuildStatus.QUEUED}
    while frontier:
        seen |= frontier
        frontier = {target for status in frontier for target in TRANSITIONS[status]} - seen

    assert seen == set(BuildStatus)


@pytest.mark.parametrize(("start", "target"), list(product(BuildStatus, BuildStatus)))
def test_only_the_tables_arrows_can_be_followed(start: BuildStatus, target: BuildStatus) -> None:
    build = make_build(start)

    if target in TRANSITIONS[start]:
        build.move_to(target)
        assert build.state is target
    else:
        with pytest.raises(IllegalTransitionError):
            build.move_to(target)
        assert build.state is start


def test_each_move_appends_an_event_that_is_chained_to_the_one_before() -> None:
    build = make_build(BuildStatus.QUEUED)

    first = build.move_to(BuildStatus.PLANNING)
    second = build.move_to(BuildStatus.CODING)

    assert (first.sequence, second.sequence) == (1, 2)
    assert len({first.hash, second.hash}) == 2
    assert build.event_hash == second.hash


def test_going_back_to_coding_counts_an_attempt() -> None:
    build = make_build(BuildStatus.PROVING)

    build.move_to(BuildStatus.CODING)

    assert build.attempt == 2


def test_every_terminal_state_and_reason_has_a_word_for_people() -> None:
    assert ended_as(BuildStatus.DELIVERED, None) is Ending.ACCEPTED
    assert ended_as(BuildStatus.CANCELED, None) is Ending.CANCELED
    assert all(ended_as(BuildStatus.FAILED, reason) for reason in FailureReason)
    assert all(ended_as(status, None) is None for status in set(BuildStatus) - TERMINAL)
    assert not (TERMINAL & WAITING_FOR_A_PERSON)


def test_the_drawing_in_the_docs_is_the_tables() -> None:
    page = (Path(__file__).parents[2] / "docs" / "states.md").read_text(encoding="utf-8")

    assert redraw(page) == page
