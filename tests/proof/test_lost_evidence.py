"""Whatever piece of evidence is deleted, altered or cut short: its criterion fails."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.proof.evidence import EvidenceFolder
from backend.proof.lost_evidence import pieces_of, with_lost_evidence_failed
from backend.proof.results import (
    Attempt,
    CriterionResult,
    DataRun,
    Evidence,
    Narration,
    Observation,
    Replacement,
    SecondLook,
    StepResult,
    Verdict,
)

CRITERION = "R1/a-tool-is-added"
PLACES = ("video", "screenshot", "data", "look", "clip", "chapters")


def make_attempt(*evidence: Evidence, pictures: tuple[Evidence, ...] = ()) -> Attempt:
    step = StepResult(
        text="it holds",
        expression="C01",
        kind="then",
        line=1,
        verdict=Verdict.PASSED,
        evidence=pictures,
    )
    return Attempt(number=1, verdict=Verdict.PASSED, steps=(step,), seconds=1.0, evidence=evidence)


@pytest.fixture
def pieces(tmp_path: Path) -> dict[str, Evidence]:
    folder = EvidenceFolder(tmp_path, criterion=CRITERION, attempt=1)
    kinds = {"data": "screenshot", "look": "aria", "clip": "narration"}
    return {
        name: folder.write(name.encode() * 50, kind=kinds.get(name, name), suffix="x", part=name)
        for name in PLACES
    }


@pytest.fixture
def result(pieces: dict[str, Evidence]) -> CriterionResult:
    """Make a criterion with evidence in every part that can hold some."""
    return CriterionResult(
        criterion=CRITERION,
        requirement="R1",
        name="A tool is added",
        tags=(),
        holdout=False,
        verdict=Verdict.PASSED,
        attempts=(make_attempt(pieces["video"], pictures=(pieces["screenshot"],)),),
        data_runs=(
            DataRun(
                number=1,
                verdict=Verdict.PASSED,
                replacements=(Replacement(shown="Ada", used="Grace"),),
                attempts=(make_attempt(pieces["data"]),),
            ),
        ),
        second_look=SecondLook(
            attempt=make_attempt(),
            observations=(
                Observation(
                    check="links", page="/", message="", blocks=False, evidence=(pieces["look"],)
                ),
            ),
        ),
        narration=Narration(clip=pieces["clip"], evidence=(pieces["chapters"],)),
    )


def test_evidence_is_named_by_criterion_attempt_and_digest(
    result: CriterionResult, tmp_path: Path
) -> None:
    found = list(pieces_of(result))

    assert len(found) == len(PLACES)
    for piece in found:
        assert "R1.a-tool-is-added.attempt-1" in piece.path
        assert Path(piece.path).stem.endswith(f".{piece.sha256[:10]}")
        assert piece.sha256 == hashlib.sha256((tmp_path / piece.path).read_bytes()).hexdigest()
    assert with_lost_evidence_failed(result, tmp_path) == result


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b"another" + path.read_bytes()),
        lambda path: path.write_bytes(b""),
    ],
    ids=["deleted", "cut short", "altered", "emptied"],
)
def test_a_lost_piece_fails_its_criterion_and_is_named_no_more(
    result: CriterionResult,
    pieces: dict[str, Evidence],
    tmp_path: Path,
    place: str,
    spoil: Callable[[Path], object],
) -> None:
    lost = pieces[place].path
    spoil(tmp_path / lost)

    left = with_lost_evidence_failed(result, tmp_path)

    assert left.verdict is Verdict.FAILED
    assert left.attempts[-1].verdict is Verdict.FAILED
    assert lost in left.attempts[-1].message
    named = {piece.path for piece in pieces_of(left)}
    assert lost not in named
    # The chapters stand and fall with the clip that they are of.
    gone = {lost, pieces["chapters"].path} if place == "clip" else {lost}
    assert named == {piece.path for piece in pieces.values()} - gone
    assert (left.data_runs[0].verdict is Verdict.FAILED) == (place == "data")
