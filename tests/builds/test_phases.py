"""Each part of the proving is timed apart, and proofs from before that still load."""

from contextlib import suppress

import msgspec

from backend.builds.phases import PhaseClock, in_order
from backend.builds.products import Proof
from backend.proof.canonical import canonical_json


def test_phases_are_told_apart_in_their_order_and_added_up() -> None:
    clock = PhaseClock()
    with clock.phase("verdict run"):
        pass
    with clock.phase("second looks"):
        pass
    with clock.phase("verdict run"):
        pass

    assert list(clock.seconds) == ["verdict run", "second looks"]
    assert all(seconds >= 0 for seconds in clock.seconds.values())
    assert canonical_json(clock.seconds)


def test_phases_come_back_from_the_database_in_the_order_in_which_they_happened() -> None:
    stored = {"data runs": 2.0, "narrations": 4.0, "second looks": 3.0, "verdict run": 1.0}

    assert list(in_order(stored).items()) == [
        ("verdict run", 1.0),
        ("data runs", 2.0),
        ("second looks", 3.0),
        ("narrations", 4.0),
    ]


def test_a_phase_that_breaks_off_is_counted() -> None:
    clock = PhaseClock()
    with suppress(KeyError), clock.phase("verdict run"):
        raise KeyError

    assert "verdict run" in clock.seconds


def test_a_proof_that_was_stored_without_phases_still_loads() -> None:
    stored = (
        b'{"digest": "d", "tree_digest": "t", "results": [], "started_at": "", "finished_at": ""}'
    )

    assert msgspec.json.decode(stored, type=Proof).phases == {}
