"""A product's look is asked for once and then kept: another one goes to a person, by name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from backend.cli.local_works import RunningWorks
from draftworks import Build, BuildFailedError, ConflictError, Draftworks
from tests.journeys.conftest import HEAD, Ended

Factory = Callable[..., Ended]
Write = Callable[[str], Path]

SECONDS = 300
CRITERION = "R1/the-list-of-tools"
LOOKS = (
    HEAD.replace("Tool library", "Tool gallery")
    + """
```gherkin
@visual
Scenario: The list of tools
  Given the date is "2026-03-02 09:00"
  And these tools exist:
    | Name        |
    | Long ladder |
  And I am on the "Tools" page
  Then I should see "Long ladder"
  And the page should look like "tools"
```
"""
)
RENAMED = LOOKS.replace("| State | choice", "| Place | choice")


def build(client: Draftworks, text: str) -> Build:
    """Build until it is delivered or waits for a person."""
    blueprint = client.blueprints.submit(text, file="tools.md")
    started = client.builds.start(blueprint.id)
    return client.builds.wait(started.id, timeout=SECONDS, until="gate")


def accept(client: Draftworks, waiting: Build, *criteria: str, blanket: bool = False) -> Build:
    assert waiting.gate
    client.builds.decide(
        waiting.id,
        gate="acceptance",
        decision="accept",
        criteria=criteria,
        blanket=blanket,
        proof_digest=waiting.gate.proof_digest,
    )
    return client.builds.wait(waiting.id, timeout=SECONDS)


def asked(waiting: Build) -> list[tuple[str, str]]:
    assert waiting.gate, waiting.status
    return [(item.id, item.why) for item in waiting.gate.criteria]


def folders(waiting: Build) -> set[str]:
    assert waiting.gate
    return {path.split("/")[1] for path in waiting.gate.criteria[0].evidence}


def test_a_look_is_accepted_once_kept_and_changed_only_by_name(
    works: RunningWorks,
    customer: Draftworks,
    factory: Factory,
    blueprint_file: Write,
    tmp_path: Path,
) -> None:
    first = build(customer, LOOKS)
    assert asked(first) == [(CRITERION, "first_baseline")]
    assert first.criteria[0].verdict == "passed"
    assert accept(customer, first, blanket=True).status == "delivered"

    same = build(customer, LOOKS)
    assert (same.status, same.approvals) == ("delivered", ())

    report = tmp_path / "out" / "proof" / "report.html"
    waiting = factory(
        "build", blueprint_file(RENAMED), "--out", tmp_path / "out", "--accept", "--json"
    )
    assert waiting.status == 4, waiting.stderr
    assert "Accept the new look by name, or send it back." in report.read_text()
    changed = customer.builds.get(waiting.told["build"])
    assert asked(changed) == [(CRITERION, "changed_picture")]
    assert changed.criteria[0].verdict == "judged"
    assert folders(changed) >= {"pictures", "approved", "heat-maps"}
    with pytest.raises(ConflictError, match="by name: R1/the-list-of-tools"):
        accept(customer, changed, blanket=True)
    accepted = factory("accept", changed.id, "--criterion", CRITERION)
    assert accepted.status == 0, accepted.stderr
    for words in ("Accepted before", "Where they differ", "accepted by a person"):
        assert words in report.read_text()

    back = build(customer, LOOKS)
    assert asked(back) == [(CRITERION, "changed_picture")], "the accepted look is the baseline now"
    assert back.gate
    customer.builds.decide(
        back.id,
        gate="acceptance",
        decision="reject",
        comment="it was better with the place",
        proof_digest=back.gate.proof_digest,
    )
    with pytest.raises(BuildFailedError) as failed:
        customer.builds.wait(back.id, timeout=SECONDS)
    assert failed.value.build.failure_reason == "rejected"
