"""A run is green only when nothing was left out but what absent.toml lists."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PASSES = "def test_passes(): pass\n"


def run_suite(folder: Path, text: str, *options: str) -> tuple[int, str]:
    (folder / "test_it.py").write_text("import pytest\n" + PASSES + text)
    (folder / "pytest.ini").write_text("[pytest]\nstrict = true\n")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.absent",
            "-p",
            "xdist",
            *options,
            str(folder),
        ],
        cwd=folder,
        env={
            "PYTHONPATH": str(CHECKOUT),
            "PATH": "/nonexistent",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "in parallel"])
def test_listed_part_may_be_absent(tmp_path: Path, options: tuple[str, ...]) -> None:
    status, said = run_suite(
        tmp_path, "@pytest.mark.needs('docker')\ndef test_docker(): assert 0", *options
    )

    assert status == 0
    assert "collected 2, passed 1, absent 1\n  absent: docker (1 tests)" in said
    assert said.splitlines()[-1].strip("= ").startswith("1 passed, 1 skipped in")


SKIPS = """
def test_by_word(): pytest.skip('no time')
@pytest.mark.skip
def test_by_mark(): pass
@pytest.mark.xfail(reason='broken')
def test_by_expectation(): assert 0
"""


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "in parallel"])
def test_any_other_skip_fails_the_run(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "test_file.py").write_text(
        "import pytest\npytest.skip('whole file', allow_module_level=True)"
    )

    status, said = run_suite(tmp_path, SKIPS, *options)

    assert status == 1
    assert said.count("SKIPPED FOR NO LISTED PART") == 4


def test_part_that_is_not_listed_is_a_mistake(tmp_path: Path) -> None:
    status, said = run_suite(tmp_path, "@pytest.mark.needs('luck')\ndef test_luck(): pass")

    assert status == 1
    assert "'luck' is not in absent.toml" in said


def test_numbers_of_a_plain_run(tmp_path: Path) -> None:
    status, said = run_suite(tmp_path, "")

    assert status == 0
    assert "collected 1, passed 1, absent 0" in said
