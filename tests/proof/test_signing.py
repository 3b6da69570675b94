"""The works' key: made once, its owner's alone, and its signatures are those of the standard."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from backend.errors import SettingsError
from backend.proof.signing import make_key_once, open_signer
from backend.resources import open_own_signer
from backend.settings import Settings, read_settings
from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from tests.sandbox.machines import make_spec


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "signing-key.pem"
    make_key_once(path)
    return path


def test_a_key_is_made_on_the_first_start_and_kept(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path, secret="s" * 32)

    first, second = open_own_signer(settings), open_own_signer(settings)

    assert first.fingerprint == second.fingerprint


def test_only_the_owner_may_read_the_key(key_file: Path) -> None:
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == ["signing-key.pem"]


def test_of_many_that_start_at_once_all_get_the_same_key(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path, secret="s" * 32)

    with ThreadPoolExecutor(16) as pool:
        signers = pool.map(lambda _: open_own_signer(settings), range(16))

    assert len({signer.fingerprint for signer in signers}) == 1


def test_the_key_that_the_settings_name_is_used(key_file: Path, tmp_path: Path) -> None:
    environment = {
        "DRAFTWORKS_DATA": str(tmp_path / "data"),
        "DRAFTWORKS_SIGNING_KEY_FILE": str(key_file),
    }

    signer = open_own_signer(read_settings(environment))

    assert signer.fingerprint == open_signer(key_file).fingerprint
    assert not (tmp_path / "data" / "signing-key.pem").exists()


def test_a_key_that_everybody_may_read_is_refused_with_the_remedy(key_file: Path) -> None:
    key_file.chmod(0o644)

    with pytest.raises(SettingsError, match=f"chmod 600 {key_file}"):
        open_signer(key_file)


def test_what_is_no_ed25519_key_is_refused_by_name(key_file: Path) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for content, said in ((b"rubbish", "no PEM file"), (other, "openssl genpkey")):
        key_file.write_bytes(content)
        with pytest.raises(SettingsError, match=said):
            open_signer(key_file)
    with pytest.raises(SettingsError, match="cannot be read"):
        open_signer(key_file.parent / "none.pem")


def test_the_reference_implementation_accepts_the_envelope_and_no_other(key_file: Path) -> None:
    signer = open_signer(key_file)
    public = load_pem_public_key(signer.public_pem)
    key = SSlibKey.from_crypto(public, keyid=signer.fingerprint)  # type: ignore[arg-type]
    content = signer.sign(b'{"a":1}')
    changed = content.replace(b'"payload":"eyJhIjoxfQ=="', b'"payload":"eyJhIjoyfQ=="')

    assert Envelope.from_dict(msgspec.json.decode(content)).verify([key], 1)
    with pytest.raises(VerificationError):
        Envelope.from_dict(msgspec.json.decode(changed)).verify([key], 1)


async def test_no_sandbox_sees_the_key(tmp_path: Path) -> None:
    signer_file = tmp_path / "signing-key.pem"
    make_key_once(signer_file)
    async with BubblewrapSandbox() as driver:
        ref = await driver.create(make_spec())
        seen = await driver.exec(ref, ["cat", str(signer_file)], timeout_seconds=10)
        told = await driver.exec(ref, ["env"], timeout_seconds=10)

    assert seen.exit_code != 0
    assert b"PRIVATE KEY" not in seen.stdout + seen.stderr
    assert b"DRAFTWORKS" not in told.stdout
