"""A whole works on this machine, as `factory up` starts it, and customers who use its SDK."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backend.cli.local_works import RunningWorks, use_works
from draftworks import Draftworks

CHECKOUT = Path(__file__).parents[2]
LOG_CHARACTERS = 8000
FACTORY = [sys.executable, "-m", "backend.cli"]

HEAD = """---
name: Tool library
kind: web app
---
# Tool library
Neighbours lend each other tools.

## Data
### Tool
| field | type   | rules                          |
| ----- | ------ | ------------------------------ |
| Name  | text   | required                       |
| State | choice | In, Out; starts as In          |

## R1 Keep the tools
Every tool has a name.
"""

ADDED = """
```gherkin
Scenario: A tool is added
  Given I am on the "Tools" page
  When I follow the "New tool" link
  And I fill in "Name" with "Long ladder"
  And I press "Save"
  Then I should see the message "Tool saved"
  And I should see "In"
```
"""

SEALED = """
```gherkin
@holdout
Scenario: A tool needs a name
  Given I am on the "Tools" page
  When I follow the "New tool" link
  And I press "Save"
  Then "Name" should show the error "Name is required"
```
"""

SMALL = HEAD + ADDED + SEALED
CRITICAL = HEAD + ADDED.replace("Scenario:", "@critical\nScenario:") + SEALED
WRONG = HEAD + ADDED.replace('I should see "In"', 'I should see "Lent to nobody"') + SEALED


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def told(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        found: dict[str, Any] = json.loads(self.stdout)
        return found


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("works")


@pytest.fixture(scope="session")
def environment(data_folder: Path) -> dict[str, str]:
    return os.environ | {"DRAFTWORKS_DATA": str(data_folder), "DRAFTWORKS_LEASE_SECONDS": "4"}


@pytest.fixture(scope="session")
def works(data_folder: Path, environment: dict[str, str]) -> Iterator[RunningWorks]:
    """Keep the works up for all journeys of this run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAFTWORKS_DATA", environment["DRAFTWORKS_DATA"])
        patch.setenv("DRAFTWORKS_LEASE_SECONDS", environment["DRAFTWORKS_LEASE_SECONDS"])
        with use_works(data_folder) as running:
            yield running


@pytest.fixture
def customer(works: RunningWorks) -> Iterator[Draftworks]:
    with Draftworks(works.api_key, base_url=works.address) as client:
        yield client


@pytest.fixture
def factory(environment: dict[str, str]) -> Callable[..., Ended]:
    """Run the command as an operator types it."""

    def run(*words: str | Path, cwd: Path | None = None) -> Ended:
        ended = subprocess.run(
            [*FACTORY, *map(str, words)],
            capture_output=True,
            text=True,
            env=environment | {"PYTHONPATH": str(CHECKOUT)},
            cwd=cwd or CHECKOUT,
            stdin=subprocess.DEVNULL,
            timeout=400,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def blueprint_file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "tools.md"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show what the works wrote down beside a journey that failed."""
    report = yield
    folder = getattr(item, "funcargs", {}).get("data_folder")
    if report.failed and folder is not None and (log := folder / "works.log").exists():
        report.sections.append(("works.log", log.read_text(errors="replace")[-LOG_CHARACTERS:]))
    return report
