"""What an operator gets from `factory build` on one machine, from order to product."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.cli.local_works import RunningWorks
from draftworks import verify_bundle
from tests.builds.bills import refusals
from tests.journeys.conftest import CRITICAL, SMALL, WRONG, Ended

Factory = Callable[..., Ended]
Write = Callable[[str], Path]


def test_a_blueprint_becomes_a_product_with_its_proof(
    works: RunningWorks, factory: Factory, blueprint_file: Write, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    ended = factory("build", blueprint_file(SMALL), "--out", out, "--json")

    assert ended.status == 0, ended.stderr
    told = ended.told
    assert (told["status"], told["failure_reason"]) == ("delivered", None)
    assert {c["id"]: (c["verdict"], c["holdout"]) for c in told["criteria"]} == {
        "R1/a-tool-is-added": ("passed", False),
        "R1/a-tool-needs-a-name": ("passed", True),
    }
    for criterion in told["criteria"]:
        assert {Path(path).suffix for path in criterion["evidence"]} >= {".webm"}
        assert all((out / path).is_file() for path in criterion["evidence"])
    assert told["cost_micros"] > 0
    for part in ("product/product.toml", "product/sbom.cdx.json", "proof/manifest.json"):
        assert (out / part).is_file()
    assert refusals((out / "product/sbom.cdx.json").read_bytes()) == []
    assert "A tool needs a name" in (out / "proof/report.html").read_text()
    key = tmp_path / "works.pem"
    key.write_text(factory("key").stdout)
    found = verify_bundle(out, key=key)
    assert (found.is_verified, found.status, found.is_signer_known) == (True, "delivered", True)


def test_a_refused_blueprint_says_what_to_mend(factory: Factory, blueprint_file: Write) -> None:
    file = blueprint_file(SMALL.replace("I press", "I smash"))

    ended = factory("build", file, "--json")

    assert ended.status == 2
    assert (ended.told["status"], ended.told["build"]) == ("refused", None)
    finding = ended.told["findings"][0]
    assert (finding["rule"], finding["severity"]) == ("BP004", "error")
    assert finding["line"] == SMALL[: SMALL.index("I press")].count("\n") + 1
    assert finding["remedy"]


def test_a_wrong_expectation_fails_the_build_and_all_else_is_proven_beside_it(
    works: RunningWorks, factory: Factory, blueprint_file: Write, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    ended = factory("build", blueprint_file(WRONG), "--out", out, "--json", "--accept")

    assert ended.status == 3, ended.stderr
    assert (ended.told["status"], ended.told["failure_reason"]) == ("failed", "needs_model")
    assert {c["id"]: c["verdict"] for c in ended.told["criteria"]} == {
        "R1/a-tool-is-added": "failed",
        "R1/a-tool-needs-a-name": "passed",
    }
    for criterion in ended.told["criteria"]:
        clips = [path for path in criterion["evidence"] if path.endswith(".webm")]
        assert len(clips) == 2, "the run that decided, and the narrated one"
        assert all((out / path).is_file() for path in criterion["evidence"])
    assert ended.told["cost_micros"] == 0
    assert "Lent to nobody" in (out / "proof/report.html").read_text()
    assert not (out / "product").exists()
    found = verify_bundle(out)
    assert (found.is_verified, found.status, found.reason) == (True, "failed", "needs_model")


def test_a_critical_criterion_waits_for_a_person_who_accepts_it_later(
    works: RunningWorks, factory: Factory, blueprint_file: Write, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    waiting = factory("build", blueprint_file(CRITICAL), "--out", out, "--json")
    accepted = factory("accept", waiting.told["build"], "-m", "looks right")

    assert waiting.status == 4, waiting.stderr
    assert waiting.told["status"] == "awaiting_acceptance"
    assert (out / "proof/report.html").is_file()
    assert accepted.status == 0, accepted.stderr
    found = verify_bundle(out)
    assert found.is_verified, found.faults
    assert any("said 'accept' at the acceptance gate" in line for line in found.shown)
    assert (out / "product/product.toml").is_file()
    assert "looks right" in (out / "proof/report.html").read_text()


def test_a_rejection_without_a_model_ends_the_build_as_rejected(
    works: RunningWorks, factory: Factory, blueprint_file: Write, tmp_path: Path
) -> None:
    waiting = factory("build", blueprint_file(CRITICAL), "--out", tmp_path / "out", "--json")

    rejected = factory("reject", waiting.told["build"], "-m", "the button is too small")

    assert rejected.status == 3, rejected.stderr
    assert "rejected" in rejected.stdout
    assert "the button is too small" in rejected.stdout


def test_a_folder_with_something_in_it_is_never_written_to(
    factory: Factory, blueprint_file: Write, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")

    ended = factory("build", blueprint_file(SMALL), "--out", tmp_path / "out")

    assert ended.status == 1
    assert "not empty" in ended.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00not utf-8",
        b"%PDF-1.7 not a blueprint",
        b"# Only a heading\n",
        b"---\nname: &a [*a]\n---\n",
        b"x" * 5_000_000,
        b"# T\n## Data\n### A\n|a|type|rules|\n|-|-|-|\n" + b"|x|text||\n" * 90_000,
    ],
    ids=["empty", "not UTF-8", "a PDF", "no blueprint", "YAML bomb", "5 MB", "a huge table"],
)
def test_broken_files_are_refused_with_findings(
    factory: Factory, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "broken.md"
    file.write_bytes(content)

    ended = factory("build", file, "--json")

    assert ended.status == 2
    assert ended.told["status"] == "refused"
    assert ended.told["findings"]
    assert all(finding["remedy"] for finding in ended.told["findings"])


def test_the_same_data_with_other_scenarios_is_the_same_product(
    works: RunningWorks, factory: Factory, blueprint_file: Write, tmp_path: Path
) -> None:
    def product(text: str, name: str) -> str:
        ended = factory("build", blueprint_file(text), "--out", tmp_path / name, "--accept")
        assert ended.status == 0, ended.stderr
        root = tmp_path / name / "product"
        files = sorted(path for path in root.rglob("*") if path.is_file())
        return hashlib.sha256(
            b"".join(str(f.relative_to(root)).encode() + f.read_bytes() for f in files)
        ).hexdigest()

    assert product(SMALL, "one") == product(CRITICAL, "two")
