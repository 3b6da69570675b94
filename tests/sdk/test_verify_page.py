"""docs/verify.md is true: its recipe finds what it says, its tree is whole, its words are ours."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from backend.proof.evidence import _FOLDERS as EVIDENCE_FOLDERS
from draftworks import _command
from tests.sdk.bundles import (
    SEALED,
    Statement,
    Story,
    copy_of,
    new_signer,
    sign_anew,
    write_bundle,
)

PAGE = Path(__file__).parents[2].joinpath("docs/verify.md").read_text(encoding="utf-8")
RECIPE = "set -e\n" + "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
OLD, SIGNER, OTHER = new_signer(), new_signer(), new_signer()


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("honest") / "out", signer=SIGNER)


@pytest.fixture
def bundle(honest: Path, tmp_path: Path) -> Path:
    (tmp_path / "works.pem").write_bytes(OLD.public_pem + SIGNER.public_pem)
    return copy_of(honest, tmp_path / "out")


def by_hand(bundle: Path) -> subprocess.CompletedProcess[str]:
    """Say what the page says."""
    shutil.rmtree(bundle.parent / "by-hand", ignore_errors=True)
    return subprocess.run(
        ["sh", "-c", RECIPE], cwd=bundle, capture_output=True, text=True, check=False
    )


def test_the_recipe_accepts_an_honest_bundle_and_names_its_key(bundle: Path) -> None:
    ended = by_hand(bundle)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"it says that it is signed by {SIGNER.fingerprint}" in ended.stdout
    assert f"{SIGNER.fingerprint} *stdin" in ended.stdout
    assert ended.stdout.count("Signature Verified Successfully") == 1
    assert "events; 1 revealed" in ended.stdout


def test_the_recipe_accepts_a_bundle_with_scenarios_that_are_still_sealed(bundle: Path) -> None:
    shutil.rmtree(bundle)
    write_bundle(bundle, Story(status="awaiting_acceptance"), SIGNER)

    ended = by_hand(bundle)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "nothing is revealed" in ended.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda out: (out / "product/app/web.py").write_text("x"), "wrong: product/app/web.py"),
        (lambda out: (out / "product/product.toml").unlink(), "wrong: product/product.toml"),
        (lambda out: (out / "proof/extra.txt").touch(), "wrong: proof/extra.txt"),
        (lambda out: (out / "product/link").symlink_to("product.toml"), "wrong: product/link"),
        (lambda out: (out / "proof/manifest.json").write_text("{}"), "differ"),
        (lambda out: sign_anew(out, lambda _: None, OTHER), "Signature Verification Failure"),
    ],
    ids=["changed", "missing", "added", "link", "manifest", "signer"],
)
def test_the_recipe_finds_what_was_changed(bundle: Path, change: object, said: str) -> None:
    change(bundle)  # type: ignore[operator]

    ended = by_hand(bundle)

    assert ended.returncode != 0
    assert said in ended.stdout + ended.stderr


def _change_event(statement: Statement) -> None:
    statement["predicate"]["events"]["entries"][2]["data"]["seconds"] = 9.0


def _drop_last_event(statement: Statement) -> None:
    statement["predicate"]["events"]["entries"].pop()


def _reveal_another(statement: Statement) -> None:
    [leaf] = [one for one in statement["predicate"]["revealed"] if one["name"] == SEALED]
    leaf["text"] += "!"


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (_change_event, "event 3 was changed"),
        (_drop_last_event, "the end is missing"),
        (_reveal_another, "other scenarios were sealed"),
    ],
)
def test_the_recipe_finds_a_statement_that_does_not_hold_though_it_is_signed(
    bundle: Path, forge: object, said: str
) -> None:
    sign_anew(bundle, forge, SIGNER)  # type: ignore[arg-type]

    ended = by_hand(bundle)

    assert ended.returncode != 0
    assert said in ended.stderr


def test_the_tree_names_all_folders_of_evidence_and_all_files_of_the_proof(honest: Path) -> None:
    tree = PAGE[PAGE.index("└── proof/") : PAGE.index("Folders are there when")]

    told = set(re.findall(r"[├└]── ([\w.-]+)", tree))

    files = {path.name for path in (honest / "proof").iterdir() if path.is_file()}
    assert told == {"proof", *files, *EVIDENCE_FOLDERS.values()}


def test_the_words_that_the_page_explains_are_those_that_are_said() -> None:
    package = Path(_command.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))

    for words in (
        "NOT VERIFIED",
        "Signed by an unknown key",
        "Signed by the key that you named",
        "is not in the manifest: it was added",
        "was changed after it was signed",
        "is signed by another key",
        "unpack the zip, verify the folder",
        "is of a kind that this version does not know",
    ):
        assert words in PAGE
        assert words in sources


def test_the_statuses_of_the_command_are_those_of_the_page() -> None:
    assert "0 when nothing is wrong with the bundle" in PAGE
    assert "1 when something is,\n2 when it could not be checked" in PAGE
    assert (_command.VERIFIED, _command.NOT_VERIFIED, _command.NOT_CHECKED) == (0, 1, 2)
