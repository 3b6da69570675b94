"""`draftworks verify` tells people in sentences, programs in JSON, and scripts by its status."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from draftworks._command import main
from tests.sdk.bundles import Story, new_signer, write_bundle

SIGNER = new_signer()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "out", signer=SIGNER)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "works.pem"
    path.write_bytes(SIGNER.public_pem)
    return path


def test_an_honest_bundle_ends_with_0_and_says_what_is_not_shown(
    bundle: Path, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["verify", str(bundle), "--key", str(key_file)])

    told = capsys.readouterr().out
    assert status == 0
    assert told.startswith("Verified: Tool library, build b-1, delivered.\nSigned by the key that")
    assert SIGNER.fingerprint in told
    assert "This does not show:" in told


def test_without_a_key_it_says_that_the_key_is_unknown(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(bundle)]) == 0
    assert f"Signed by an unknown key, {SIGNER.fingerprint}" in capsys.readouterr().out


def test_a_changed_file_ends_with_1_and_is_named(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bundle / "product/app/web.py").write_text("print('other')\n")

    assert main(["verify", str(bundle)]) == 1
    told = capsys.readouterr().out
    assert told.startswith("NOT VERIFIED")
    assert "product/app/web.py: was changed after it was signed" in told
    assert "✔" not in told


def test_a_failed_build_is_verified_and_called_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = Story(status="failed", reason="needs_model")

    assert main(["verify", str(write_bundle(tmp_path, story))]) == 0
    assert "failed: needs model" in capsys.readouterr().out


def test_json_is_one_object_for_programs(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bundle / "extra.txt").write_text("")

    assert main(["verify", str(bundle), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["is_verified"], told["is_signer_known"]) == (False, False)
    assert told["faults"] == [
        {"place": "extra.txt", "message": "is not in the manifest: it was added"}
    ]


def test_a_bundle_that_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err == f"draftworks: {tmp_path / 'none'}: is not there\n"


def test_the_installed_command_needs_no_setting(bundle: Path) -> None:
    command = Path(sys.executable).with_name("draftworks")

    ended = subprocess.run(
        [command, "verify", bundle],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("Verified")
