"""A customer may pin several keys in one file; whatever else lies in it is refused by name."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from draftworks import BundleError, read_public_keys, verify_bundle
from draftworks._command import main
from tests.sdk.bundles import new_signer, write_bundle

OLD, NEW, OTHER = new_signer(), new_signer(), new_signer()
BEGIN = b"-----BEGIN PUBLIC KEY-----\n"


@pytest.fixture(scope="module")
def old_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("old") / "out", signer=OLD)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "works.pem"
    path.write_bytes(NEW.public_pem + OLD.public_pem)
    return path


def private_pem(password: bytes | None = None) -> bytes:
    kind = BestAvailableEncryption(password) if password else NoEncryption()
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, kind)


def refusal(key_file: Path) -> str:
    with pytest.raises(BundleError) as caught:
        read_public_keys(key_file)
    return str(caught.value)


def test_what_the_old_key_signed_verifies_beside_the_new_one_and_is_told_apart(
    old_bundle: Path, key_file: Path, tmp_path: Path
) -> None:
    new_bundle = write_bundle(tmp_path / "out", signer=NEW)

    old, new = (verify_bundle(bundle, key=key_file) for bundle in (old_bundle, new_bundle))

    assert (old.is_verified, old.signer, old.signer_number) == (True, OLD.fingerprint, 2)
    assert (new.is_verified, new.signer, new.signer_number) == (True, NEW.fingerprint, 1)
    assert (old.is_signer_known, old.keys_named) == (True, 2)


def test_the_command_says_which_key_signed(
    old_bundle: Path, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(old_bundle), "--key", str(key_file)]) == 0

    told = capsys.readouterr().out
    assert f"Signed by key 2 of the 2 that you named, {OLD.fingerprint}" in told


def test_a_bundle_of_a_key_that_is_not_in_the_file_is_refused(
    old_bundle: Path, key_file: Path
) -> None:
    key_file.write_bytes(NEW.public_pem + OTHER.public_pem)

    found = verify_bundle(old_bundle, key=key_file)

    assert not found.is_verified
    said = f"by another key: {OLD.fingerprint}, not {NEW.fingerprint} or {OTHER.fingerprint}"
    assert said in str(found.faults[0])


def test_one_key_and_no_key_are_told_as_before(old_bundle: Path, key_file: Path) -> None:
    key_file.write_bytes(OLD.public_pem)

    pinned, unknown = verify_bundle(old_bundle, key=key_file), verify_bundle(old_bundle)

    assert (pinned.signer_number, pinned.keys_named, pinned.is_signer_known) == (1, 1, True)
    assert (unknown.signer_number, unknown.keys_named, unknown.is_signer_known) == (None, 0, False)


@pytest.mark.parametrize(
    "content",
    [
        b"New since May:\n" + NEW.public_pem + b"\nuntil then:\n" + OLD.public_pem,
        (NEW.public_pem + OLD.public_pem).replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + NEW.public_pem + OLD.public_pem.rstrip(),
    ],
    ids=["notes", "Windows", "byte order mark"],
)
def test_notes_and_other_line_ends_are_no_harm(key_file: Path, content: bytes) -> None:
    key_file.write_bytes(content)

    read = read_public_keys(key_file)

    assert [key.fingerprint for key in read] == [NEW.fingerprint, OLD.fingerprint]
    assert [key.pem for key in read] == [NEW.public_pem.decode(), OLD.public_pem.decode()]


@pytest.mark.parametrize("password", [None, b"secret"])
@pytest.mark.parametrize("beside", [b"", NEW.public_pem])
def test_a_private_key_is_refused_with_the_remedy_and_not_shown(
    old_bundle: Path,
    key_file: Path,
    capsys: pytest.CaptureFixture[str],
    password: bytes | None,
    beside: bytes,
) -> None:
    private = private_pem(password)
    key_file.write_bytes(beside + private)

    assert main(["verify", str(old_bundle), "--key", str(key_file), "--json"]) == 2

    told = "".join(capsys.readouterr())
    assert "holds a private key" in told
    assert "`factory key rotate`" in told
    assert not any(line in told for line in private.decode().splitlines()[1:-1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no public key in PEM"),
        (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "`factory key` at the works prints the right file"),
        (NEW.public_pem.decode().encode("utf-16"), "is no public key in PEM"),
        (NEW.public_pem + OLD.public_pem[:60], "not a whole one"),
        (NEW.public_pem[:60] + OLD.public_pem, "not a whole one"),
        (NEW.public_pem + OLD.public_pem.lower(), "not a whole one"),
        (NEW.public_pem + BEGIN + b"AAAA\n-----END PUBLIC KEY-----\n", "key 2: is no public key"),
        (b"\0" * (1024 * 1024 + 1), "is too long for a file of keys"),
    ],
    ids=["empty", "ssh", "UTF-16", "cut", "begun twice", "other case", "spoiled", "huge"],
)
def test_what_cannot_be_read_whole_is_refused_and_not_passed_over(
    key_file: Path, content: bytes, said: str
) -> None:
    key_file.write_bytes(content)

    assert said in refusal(key_file)


def test_a_key_of_another_kind_is_refused_by_its_number(key_file: Path) -> None:
    other = generate_private_key(SECP256R1()).public_key()
    pem = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key_file.write_bytes(NEW.public_pem + pem)

    assert f"{key_file}, key 2: is no Ed25519 public key" in refusal(key_file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.pem").endswith(
        "none.pem: cannot be read: No such file or directory"
    )
