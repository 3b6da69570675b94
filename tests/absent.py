"""Keeps skips honest: only parts listed in absent.toml may be absent, and the run counts them.

Loaded as a plugin by conftest.py. Under pytest-xdist the workers skip and the controller counts.
"""

import subprocess
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

_LIST = Path(__file__).parent / "absent.toml"
_REASON = "absent: "


@cache
def listed_parts() -> dict[str, list[str]]:
    """Return the parts that may be absent, each with the command that finds it."""
    return {name: part["present"] for name, part in tomllib.loads(_LIST.read_text()).items()}


@cache
def is_present(part: str) -> bool:
    """Say whether a listed part is on this machine."""
    try:
        found = subprocess.run(listed_parts()[part], capture_output=True, check=False, timeout=20)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0


class HonestSkips:
    """Counts what was collected, passed and absent; any other skip fails the run."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.absent: Counter[str] = Counter()
        self.dishonest: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a test whose part is absent; a part that is not listed is a mistake."""
        for marker in item.iter_markers("needs"):
            for part in marker.args:
                if part not in listed_parts():
                    pytest.fail(f"{part!r} is not in {_LIST.name}", pytrace=False)
                if not is_present(part):
                    pytest.skip(_REASON + part)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one test by what became of it."""
        if report.skipped:
            self._count_skip(report.nodeid, _reason(report))
        elif report.when == "call" or report.failed:
            self.outcomes[report.outcome] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """See whole modules that were skipped."""
        if report.skipped:
            self._count_skip(report.nodeid, _reason(report))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that looks green only because something was left out."""
        if self.dishonest and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the three numbers, and each part that was absent."""
        collected = sum(self.outcomes.values()) + sum(self.absent.values()) + len(self.dishonest)
        line = terminalreporter.write_line
        line(
            f"collected {collected}, passed {self.outcomes['passed']}, "
            f"absent {sum(self.absent.values())}"
        )
        for part, count in sorted(self.absent.items()):
            line(f"  absent: {part} ({count} tests)")
        for skip in self.dishonest:
            line(f"  SKIPPED FOR NO LISTED PART: {skip}", red=True)

    def _count_skip(self, nodeid: str, reason: str) -> None:
        part = reason.removeprefix(_REASON)
        if reason.startswith(_REASON) and part in listed_parts():
            self.absent[part] += 1
        else:
            self.dishonest.append(f"{nodeid}: {reason}")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return f"expected to fail: {getattr(report, 'wasxfail', '') or report.longrepr}"


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the counter."""
    config.addinivalue_line("markers", "needs(part): a part listed in tests/absent.toml")
    config.pluginmanager.register(HonestSkips(), "honest-skips")
