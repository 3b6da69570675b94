"""Runs on other data count for a verdict, and their seed is the one that was fixed before."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.proof.results import Verdict
from draftworks import Verification, verify_bundle
from tests.sdk.bundles import (
    ADDED,
    SEALED,
    SEED,
    Statement,
    Story,
    new_signer,
    sign_anew,
    write_bundle,
)

HELD = (Verdict.PASSED,)
FAILED = (Verdict.FAILED, Verdict.FAILED)
FLIPPED = (Verdict.FAILED, Verdict.PASSED)


def story(*runs: tuple[Verdict, ...], **more: Any) -> Story:
    return Story(other_data={ADDED: runs}, **more)


def said(found: Verification) -> str:
    return "\n".join(map(str, found.faults))


def runs_of(statement: Statement) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = statement["predicate"]["proof"]["results"][0]["data_runs"]
    return runs


def test_runs_that_held_are_told_with_what_no_check_can_tell(tmp_path: Path) -> None:
    found = verify_bundle(write_bundle(tmp_path, story(HELD, HELD)))

    assert found.is_verified, found.faults
    assert any("1 of the criteria were run on other data" in line for line in found.shown)
    assert any("2 of 2 runs held" in line for line in found.shown)
    assert any("revealed unchanged" in line for line in found.shown)
    assert any("drawn from its seed" in line for line in found.not_shown)


def test_a_bundle_without_such_runs_says_nothing_of_them(tmp_path: Path) -> None:
    found = verify_bundle(write_bundle(tmp_path))

    assert found.is_verified, found.faults
    assert "other data" not in str((found.shown, found.not_shown))


def test_a_bundle_at_the_gate_holds_no_seed(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path, story(HELD, HELD, status="awaiting_acceptance"))

    found = verify_bundle(folder)
    assert found.is_verified, found.faults
    assert any("not revealed yet" in line and "seed" in line for line in found.shown)
    assert SEED not in (folder / "proof/manifest.json").read_text()


@pytest.mark.parametrize(("run", "verdict"), [(FAILED, "failed"), (FLIPPED, "unstable")])
def test_a_run_that_ended_worse_makes_the_criterion_so(
    tmp_path: Path, run: tuple[Verdict, ...], verdict: str
) -> None:
    found = verify_bundle(write_bundle(tmp_path, story(HELD, run, status="failed", reason="stuck")))

    assert found.is_verified, found.faults
    assert found.counts[verdict] == 1


def _praise(statement: Statement) -> None:
    statement["predicate"]["proof"]["results"][0]["verdict"] = "passed"


def _praise_run(statement: Statement) -> None:
    _praise(statement)
    runs_of(statement)[1]["verdict"] = "passed"


def _drop_run(statement: Statement) -> None:
    runs_of(statement).pop(0)


def _drop_attempt(statement: Statement) -> None:
    runs_of(statement)[1]["attempts"].pop(0)


def _drop_pictures(statement: Statement) -> None:
    runs_of(statement)[0]["attempts"][0]["steps"][1]["evidence"] = []


def _replace_nothing(statement: Statement) -> None:
    runs_of(statement)[0]["replacements"] = [{"shown": "a", "used": "a"}]


def _other_seed(statement: Statement) -> None:
    statement["predicate"]["revealed"][-1]["text"] = "0" * 64


def _other_digest(statement: Statement) -> None:
    statement["predicate"]["proof"]["seeds"]["data"] = "0" * 64


def _no_seed(statement: Statement) -> None:
    statement["predicate"]["proof"]["seeds"] = {}


def _hide_seed(statement: Statement) -> None:
    statement["predicate"]["revealed"].pop()


@pytest.mark.parametrize(
    ("forge", "expected"),
    [
        (_praise, "is stated as passed, but its attempts say failed"),
        (_praise_run, "its run 2 on other data is stated as passed"),
        (_drop_run, "lacks one of its runs on other data"),
        (_drop_attempt, "lacks one of its attempts"),
        (_drop_pictures, "a check of attempt 1 has no evidence"),
        (_replace_nothing, "its run 1 on other data replaces nothing"),
        (_other_seed, "seed of other data: “data” that is revealed is not the one of the proof"),
        (_other_digest, "seed of other data: “data” that is revealed is not the one of the proof"),
        (_no_seed, "was fixed by nobody"),
        (_hide_seed, "that are revealed are not those of the proof"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_whatever_is_stated_otherwise_is_found(
    tmp_path: Path, forge: Callable[[Statement], None], expected: str
) -> None:
    folder = write_bundle(tmp_path, story(HELD, FAILED, status="failed", reason="needs_model"))
    assert verify_bundle(folder).is_verified

    sign_anew(folder, forge, new_signer())

    assert expected in said(verify_bundle(folder))


def test_a_seed_stands_with_the_sealed_scenarios(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path, story(HELD, HELD))

    said_there = msgspec.json.decode((folder / "proof/manifest.json").read_bytes())["predicate"]
    assert [leaf["name"] for leaf in said_there["revealed"]] == [SEALED, "data"]
    assert said_there["revealed"][-1]["text"] == SEED
