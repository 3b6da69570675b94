"""The works' key is changed without a gap: old proofs still verify, and no private key is left."""

import fcntl
import stat
from pathlib import Path

import pytest

from backend.cli.commands import main
from backend.cli.local_works import Places, locked
from backend.proof import key_rotation
from backend.proof.key_rotation import rotate_key
from backend.proof.signing import make_key_once, new_key, open_signer
from draftworks import read_public_keys, verify_bundle
from tests.sdk.bundles import write_bundle

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("DRAFTWORKS_DATA", str(folder))
    return folder


@pytest.fixture
def key_file(data_folder: Path) -> Path:
    path = data_folder / "signing-key.pem"
    make_key_once(path)
    return path


@pytest.fixture
def factory(monkeypatch: pytest.MonkeyPatch) -> "Factory":
    return Factory(monkeypatch)


class Factory:
    """The command, as an operator types it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def __call__(self, *words: str) -> int:
        self.patch.setattr("sys.argv", ["factory", *words])
        return main()


def fingerprints(pem: str, place: Path) -> list[str]:
    place.write_text(pem)
    return [key.fingerprint for key in read_public_keys(place)]


def test_a_proof_of_before_the_change_verifies_with_what_factory_key_prints_after_it(
    factory: Factory, key_file: Path, tmp_path: Path, capsys: Captured
) -> None:
    old = open_signer(key_file)
    before = write_bundle(tmp_path / "before", signer=old)

    assert factory("key", "rotate") == 0
    told = capsys.readouterr().out
    assert factory("key") == 0
    printed = capsys.readouterr()
    new = open_signer(key_file)
    after = write_bundle(tmp_path / "after", signer=new)
    pinned = tmp_path / "works.pem"

    assert fingerprints(printed.out, pinned) == [new.fingerprint, old.fingerprint]
    assert printed.err == f"Fingerprint: {new.fingerprint}\nRetired: {old.fingerprint}\n"
    assert verify_bundle(before, key=pinned).signer_number == 2
    assert verify_bundle(after, key=pinned).signer_number == 1
    assert all(one in told for one in (new.fingerprint, old.fingerprint, "give works.pem to your"))


def test_the_old_private_key_is_gone_and_the_new_one_is_its_owners_alone(
    factory: Factory, key_file: Path, data_folder: Path
) -> None:
    private = key_file.read_text().splitlines()[1]

    assert factory("key", "rotate") == 0

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    held = {path.name: path.read_text() for path in data_folder.iterdir()}
    assert not any(private in text for text in held.values())
    assert [name for name, text in held.items() if "PRIVATE KEY" in text] == ["signing-key.pem"]


def test_each_change_keeps_all_keys_of_before(
    factory: Factory, key_file: Path, tmp_path: Path, capsys: Captured
) -> None:
    seen = [open_signer(key_file).fingerprint]
    for _ in range(3):
        assert factory("key", "rotate") == 0
        seen.append(open_signer(key_file).fingerprint)
    capsys.readouterr()

    assert factory("key") == 0

    assert fingerprints(capsys.readouterr().out, tmp_path / "works.pem") == [seen[3], *seen[:3]]


def test_a_change_that_breaks_off_leaves_the_key_and_names_it_once(
    factory: Factory,
    key_file: Path,
    data_folder: Path,
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_room() -> bytes:
        raise OSError(28, "No space left on device")

    old = open_signer(key_file).fingerprint
    with monkeypatch.context() as patch:
        patch.setattr(key_rotation, "new_key", no_room)
        with pytest.raises(OSError, match="No space"):
            rotate_key(key_file, data_folder / "retired-keys.pem")

    assert open_signer(key_file).fingerprint == old
    assert factory("key") == 0
    assert fingerprints(capsys.readouterr().out, tmp_path / "works.pem") == [old]
    assert factory("key", "rotate") == 0
    assert (data_folder / "retired-keys.pem").read_text().count("BEGIN") == 1


def test_no_key_is_changed_under_a_works_that_runs(
    factory: Factory, key_file: Path, data_folder: Path, capsys: Captured
) -> None:
    before = key_file.read_bytes()

    with locked(Places(data_folder).keeper, fcntl.LOCK_EX):
        assert factory("key", "rotate") == 1

    assert "stop `factory up` and all builds" in capsys.readouterr().err
    assert key_file.read_bytes() == before


def test_there_has_to_be_a_key_before_it_is_changed(
    factory: Factory, data_folder: Path, capsys: Captured
) -> None:
    assert factory("key", "rotate") == 1

    assert "there is no key to change yet" in capsys.readouterr().err
    assert not (data_folder / "signing-key.pem").exists()


def test_a_key_of_the_settings_is_not_changed_and_the_way_to_change_it_is_told(
    factory: Factory, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, retired = tmp_path / "given.pem", tmp_path / "retired.pem"
    make_key_once(given)
    monkeypatch.setenv("DRAFTWORKS_SIGNING_KEY_FILE", str(given))
    monkeypatch.setenv("DRAFTWORKS_DATA", str(tmp_path / "data"))
    old = open_signer(given)

    assert factory("key", "rotate") == 1
    told = capsys.readouterr().err
    assert "DRAFTWORKS_RETIRED_KEYS_FILE" in told
    assert open_signer(given).fingerprint == old.fingerprint

    assert factory("key") == 0  # and now as it was told
    retired.write_text(capsys.readouterr().out)
    given.write_bytes(new_key())
    monkeypatch.setenv("DRAFTWORKS_RETIRED_KEYS_FILE", str(retired))
    assert factory("key") == 0
    found = fingerprints(capsys.readouterr().out, tmp_path / "works.pem")
    assert found == [open_signer(given).fingerprint, old.fingerprint]


@pytest.mark.parametrize("words", [("key",), ("key", "rotate")])
def test_retired_keys_that_cannot_be_read_are_refused_and_a_private_one_is_not_shown(
    factory: Factory, key_file: Path, data_folder: Path, capsys: Captured, words: tuple[str, ...]
) -> None:
    before, private = key_file.read_bytes(), new_key().decode()
    for content, said in ((private, "holds a private key"), ("rubbish", "no public key in PEM")):
        (data_folder / "retired-keys.pem").write_text(content)
        assert factory(*words) == 1
        told = capsys.readouterr().err
        assert said in told
        assert private.splitlines()[1] not in told
    assert key_file.read_bytes() == before


def test_retired_keys_that_the_settings_name_have_to_be_there(
    factory: Factory,
    key_file: Path,
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DRAFTWORKS_RETIRED_KEYS_FILE", str(tmp_path / "none.pem"))

    assert factory("key") == 1
    assert f"{tmp_path / 'none.pem'}: cannot be read" in capsys.readouterr().err


def test_a_public_key_in_the_place_of_the_private_one_is_named(
    factory: Factory, key_file: Path, capsys: Captured
) -> None:
    key_file.write_bytes(open_signer(key_file).public_pem)

    assert factory("key") == 1
    assert "is a public key: name the private one" in capsys.readouterr().err
