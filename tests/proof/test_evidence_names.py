"""A piece of evidence is found again by its name, on every system."""

import hashlib
from pathlib import Path

from backend.proof.evidence import EvidenceFolder, file_words

LONGEST_ON_WINDOWS = 260
ROOM_FOR_A_FOLDER = 70


def test_a_file_that_is_taken_is_named_by_its_digest_as_one_that_is_written(
    tmp_path: Path,
) -> None:
    folder = EvidenceFolder(tmp_path / "proof", criterion="R1/a-tool-is-added", attempt=2)
    film = tmp_path / "film.webm"
    film.write_bytes(b"a film")
    digest = hashlib.sha256(b"a film").hexdigest()

    taken = folder.take(film, kind="video", suffix="webm", part="window-2")
    written = folder.write(b"a film", kind="video", suffix="webm")

    assert taken.path == f"videos/R1.a-tool-is-added.attempt-2.window-2.{digest[:10]}.webm"
    assert written.path == f"videos/R1.a-tool-is-added.attempt-2.{digest[:10]}.webm"
    assert (tmp_path / "proof" / taken.path).read_bytes() == b"a film"
    assert (taken.sha256, taken.bytes) == (digest, 6)
    assert not film.exists()


def test_the_longest_name_leaves_room_for_the_folder_that_a_proof_lies_in(tmp_path: Path) -> None:
    criterion = f"R123/{'a-very-long-name-' * 20}#12@2"
    folder = EvidenceFolder(tmp_path, criterion=criterion, attempt=12, run="second-look")
    part = f"step-123.{file_words('the page of the mechanic ' * 9)}"

    piece = folder.write(b"", kind="screenshot", suffix="webm", part=part)

    assert len(f"proof/{piece.path}") + ROOM_FOR_A_FOLDER < LONGEST_ON_WINDOWS
