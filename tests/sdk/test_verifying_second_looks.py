"""A second look counts when a bundle is verified: no verdict may be stated better than it says."""

from pathlib import Path

import pytest

from backend.proof.results import (
    Attempt,
    Evidence,
    Observation,
    SecondLook,
    StepResult,
    Verdict,
)
from draftworks import verify_bundle
from tests.sdk.bundles import ADDED, SEALED, Story, write_bundle

GHOST = Evidence(path="screenshots/ghost.jpg", kind="screenshot", sha256="0" * 64, bytes=1)


def look(
    verdict: Verdict = Verdict.PASSED,
    *,
    blocks: bool = False,
    evidence: tuple[Evidence, ...] = (),
    step: Verdict | None = None,
) -> SecondLook:
    check = StepResult(
        text="I see it", expression="C01", kind="then", line=1, verdict=step or verdict
    )
    return SecondLook(
        attempt=Attempt(number=1, verdict=verdict, steps=(check,), seconds=1.0),
        checks=("accessibility",),
        observations=(
            Observation(
                check="accessibility", page="/", message="!", blocks=blocks, evidence=evidence
            ),
        ),
    )


def story(seen: SecondLook, stated: Verdict, *attempts: Verdict) -> Story:
    failed = stated is Verdict.FAILED
    return Story(
        status="failed" if failed else "awaiting_acceptance",
        reason="needs_model" if failed else None,
        verdicts={ADDED: attempts or (Verdict.PASSED,), SEALED: (Verdict.PASSED,)},
        look=seen,
        stated=stated,
    )


@pytest.mark.parametrize(
    ("seen", "stated"),
    [
        (look(), Verdict.PASSED),
        (look(blocks=True), Verdict.FAILED),
        (look(Verdict.FAILED), Verdict.UNSTABLE),
        (look(Verdict.FAILED, blocks=True), Verdict.FAILED),
    ],
)
def test_a_verdict_that_takes_the_second_look_into_account_verifies(
    tmp_path: Path, seen: SecondLook, stated: Verdict
) -> None:
    found = verify_bundle(write_bundle(tmp_path, story(seen, stated)))

    assert found.is_verified, found.faults


@pytest.mark.parametrize(
    ("seen", "stated", "drawn"),
    [
        (look(blocks=True), Verdict.PASSED, "failed"),
        (look(blocks=True), Verdict.UNSTABLE, "failed"),
        (look(Verdict.FAILED), Verdict.PASSED, "unstable"),
        (look(step=Verdict.FAILED), Verdict.PASSED, "unstable"),
    ],
)
def test_a_verdict_that_is_better_than_the_second_look_is_a_fault(
    tmp_path: Path, seen: SecondLook, stated: Verdict, drawn: str
) -> None:
    found = verify_bundle(write_bundle(tmp_path, story(seen, stated)))

    said = f"is stated as {stated}, but its attempts and its second look say {drawn}"
    assert [(fault.place, fault.message) for fault in found.faults] == [(ADDED, said)]


def test_a_second_look_makes_no_failure_better(tmp_path: Path) -> None:
    told = story(look(), Verdict.PASSED, Verdict.FAILED, Verdict.FAILED)

    (fault,) = verify_bundle(write_bundle(tmp_path, told)).faults

    assert "is stated as passed" in fault.message


def test_a_finding_whose_evidence_is_not_there_is_a_fault(tmp_path: Path) -> None:
    found = verify_bundle(write_bundle(tmp_path, story(look(evidence=(GHOST,)), Verdict.PASSED)))

    assert "screenshots/ghost.jpg is missing or another" in found.faults[0].message
