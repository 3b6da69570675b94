"""Several people, emails and outside services, on a real product in a real sandbox."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import msgspec
import pytest
import pytest_asyncio

from backend.blueprints.blueprint import Blueprint, Scenario
from backend.proof.attempt import AttemptRun
from backend.proof.browser import BrowserSettings
from backend.proof.camera import Camera
from backend.proof.contract import Command
from backend.proof.page_map import PageMap
from backend.proof.product import RunningProduct, open_product
from backend.proof.prover import Prover, open_prover
from backend.proof.results import CriterionResult, Evidence, Verdict
from backend.proof.scene import Run, Scene
from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import Toolchain
from tests.proof.clubs import BLUEPRINT, club_blueprint, club_spec, open_clubs, prove_club
from tests.proof.stories import said_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clubs(toolchain: Toolchain) -> AsyncIterator[list[RunningProduct]]:
    async with BubblewrapSandbox() as driver, open_clubs(driver, toolchain, 3) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def patient_prover(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prover]:
    """Several windows on a busy machine take their time."""
    settings = BrowserSettings(
        folder=tmp_path_factory.mktemp("patient"), step_seconds=20.0, scenario_seconds=240.0
    )
    async with open_prover(settings) as opened:
        yield opened


HOLDS = {
    "Ada signs in": """
  Given I am signed in as "ada@example.com"
  Then I should see "Signed in: ada@example.com"
""",
    "Somebody is known by name": """
  Given I am signed in as "Bob"
  Then I should see "Signed in: bob@example.com"
""",
    "Two people see each other's notes": """
  Given I am signed in as "Ada"
  And "bob@example.com" signs in in another window
  When I go to "/notes"
  And I fill in "Note" with "Meet at six"
  And I press "Share"
  Then I should see "bob@example.com: Meet at six"
  When I switch back to my window
  And I go to "/notes"
  Then I should see "bob@example.com: Meet at six"
  And I should see "Signed in: ada@example.com"
  When I switch to the window of "Bob"
  And I press "Ask"
  And I accept the dialog
  Then the page title should be "Agreed"
  When I download "Export"
  Then the downloaded file should contain:
    \"\"\"
    bob@example.com: Meet at six
    \"\"\"
  When I am offline
  And I switch back to my window
  And I reload the page
  Then I should see "Signed in: ada@example.com"
  And there should be no errors in the browser
""",
    "All clocks go together": """
  Given the date is "2026-03-02 09:00"
  And I am signed in as "Ada"
  And I go to "/clock"
  When 2 days pass
  And "Bob" signs in in another browser
  And I go to "/clock"
  Then I should see "Server 2026-03-04 09:00"
  And I should see "Page 2026-03-04T09:00"
  When 30 minutes pass
  And I reload the page
  Then I should see "Server 2026-03-04 09:30"
  And I should see "Page 2026-03-04T09:30"
  When I switch back to my window
  Then I should see "Page 2026-03-04T09:30"
""",
    "An email is received": """
  When I mail "Fee due" to "ada@example.com"
  Then "Ada@Example.com" should receive an email with subject "Fee due"
  And the email should contain "It is ready"
""",
    "A late email is waited for": """
  Given I go to "/mail"
  When I fill in:
    | To      | ada@example.com        |
    | Subject | =?utf-8?q?F=C3=A4llig?= |
    | Delay   | 1                      |
  And I press "Send"
  Then "ada@example.com" should receive an email with subject "Fällig"
""",
    "A service answers as it is told, the last word counts": """
  Given the "payments" service answers 503 with:
    \"\"\"
    {"error": "down"}
    \"\"\"
  And I am signed in as "Ada"
  And I go to "/pay"
  When I press "Pay"
  Then I should see the message "503 {"error": "down"}"
  When the "payments" service answers 201 with:
    \"\"\"text
    Thank you
    \"\"\"
  And I press "Pay"
  Then I should see the message "201 text/plain; charset=utf-8 Thank you"
""".replace('"503 {"error": "down"}"', """'503 {"error": "down"}'"""),
    "A service that nobody scripted is down": """
  Given I go to "/pay"
  When I press "Pay"
  Then I should see the message "503 No step says what the"
""",
}


async def test_people_mail_and_services_hold(
    patient_prover: Prover, clubs: list[RunningProduct], tmp_path: Path
) -> None:
    results = await prove_club(patient_prover, clubs, tmp_path, HOLDS)

    wrong = {n: said_in(r) for n, r in results.items() if r.verdict is not Verdict.PASSED}
    assert wrong == {}
    _check_windows(results["Two people see each other's notes"])
    _check_mail(results["An email is received"], tmp_path)
    _check_calls(results["A service answers as it is told, the last word counts"], tmp_path)
    unscripted = results["A service that nobody scripted is down"].attempts[0]
    assert unscripted.network_errors == (
        (
            'The "payments" service: POST /charge?member=nobody was answered 503, '
            "no step says what it answers."
        ),
    )


def _of_kind(result: CriterionResult, kind: str) -> list[Evidence]:
    attempt = result.attempts[-1]
    pieces = (*attempt.evidence, *(piece for step in attempt.steps for piece in step.evidence))
    return [piece for piece in pieces if piece.kind == kind]


def _check_windows(result: CriterionResult) -> None:
    videos = _of_kind(result, "video")

    assert len(videos) == 2
    his = f".window-2.bob-example-com.{videos[1].sha256[:10]}.webm"
    assert videos[1].path.endswith(his)


def _check_mail(result: CriterionResult, folder: Path) -> None:
    first, _ = _of_kind(result, "mail")

    assert (folder / first.path).read_text().splitlines() == [
        "From: club@example.com",
        "To: ada@example.com",
        "Subject: Fee due",
        "",
        "It is ready",
    ]


def _check_calls(result: CriterionResult, folder: Path) -> None:
    (calls,) = _of_kind(result, "transcript")
    text = (folder / calls.path).read_text()

    assert text.startswith("1. POST /charge?member=ada@example.com\n")
    assert '{"amount": 5}\n\nanswered 503\n{"error": "down"}' in text
    assert text.endswith("answered 201\nThank you")


FAILS = {
    "A wrong password": (
        """
  When I go to "/sign-in"
  And I fill in "Email" with "ada@example.com"
  And I press "Sign in"
  Then I should see "Signed in: ada@example.com"
""",
        '"Signed in: ada@example.com" is nowhere to be seen',
    ),
    "What is missing is missing in Bob's window": (
        """
  Given I am signed in as "Ada"
  When "Bob" signs in in another window
  Then I should see "Signed in: ada@example.com"
""",
        'The window of "bob@example.com": "Signed in: ada@example.com" is nowhere',
    ),
    "What is missing is missing in my window": (
        """
  Given I am signed in as "Ada"
  When "Bob" signs in in another window
  And I switch back to my window
  Then I should see "Signed in: bob@example.com"
""",
        'My window: "Signed in: bob@example.com" is nowhere',
    ),
    "A dialog nobody answers": (
        """
  Given I am signed in as "Ada"
  When "Bob" signs in in another window
  And I press "Ask"
  Then the page title should be "Agreed"
""",
        'The browser asked "Sure?", and no step answers',
    ),
    "No email at all": (
        """
  Given I go to "/mail"
  Then "ada@example.com" should receive an email with subject "Fee due"
""",
        "the product never called the mail server at SMTP_URL",
    ),
    "Another email": (
        """
  When I mail "Fee overdue" to "bob@example.com"
  Then "ada@example.com" should receive an email with subject "Fee due"
""",
        'What came: "Fee overdue" to bob@example.com.',
    ),
    "One email for two lines": (
        """
  When I mail "Fee due" to "ada@example.com"
  Then "ada@example.com" should receive an email with subject "Fee due"
  And "ada@example.com" should receive an email with subject "Fee due"
""",
        "What came was checked by a step above",
    ),
    "An email that says something else": (
        """
  When I mail "Fee due" to "ada@example.com"
  Then "ada@example.com" should receive an email with subject "Fee due"
  And the email should contain "Thank you"
""",
        'does not say "Thank you". It says "It is ready"',
    ),
    "The last word counts": (
        """
  Given the "payments" service answers 200 with:
    \"\"\"
    {}
    \"\"\"
  And the "payments" service answers 404 with:
    \"\"\"
    {}
    \"\"\"
  And I go to "/pay"
  When I press "Pay"
  Then I should see the message "200 application/json {}"
""",
        '''The page's messages say "404 {}"''',
    ),
}


async def test_what_does_not_hold_fails_in_plain_words(
    patient_prover: Prover, clubs: list[RunningProduct]
) -> None:
    blueprint = club_blueprint({name: steps for name, (steps, _) in FAILS.items()})

    for scenario in blueprint.scenarios:
        _, said = FAILS[scenario.name]
        message = await _message_at_the_end(patient_prover, clubs[0], blueprint, scenario)
        assert said in (message or ""), (scenario.name, message)


async def _message_at_the_end(
    prover: Prover, club: RunningProduct, blueprint: Blueprint, scenario: Scenario
) -> str | None:
    """Play a scenario whose last step does not hold; only that one is not waited for."""
    await club.reset()
    run = Run(blueprint=blueprint, pages=PageMap(blueprint.pages), step_seconds=20.0)
    scene = Scene(
        run=run,
        scenario=scenario,
        subject=club,
        browser=await prover.browser.get(),
        camera=Camera(None),
        video_folder=None,
    )
    attempt = AttemptRun(scene=scene, number=1, folder=None, scenario_seconds=240.0)
    try:
        for step in scenario.steps[:-1]:
            assert await attempt.message_of(step) is None, step.text
        await scene.settle()
        run.step_seconds = 0.5
        return await attempt.message_of(scenario.steps[-1])
    finally:
        await attempt.finish()


async def test_a_late_email_does_not_reach_the_next_scenario(
    patient_prover: Prover, clubs: list[RunningProduct], tmp_path: Path
) -> None:
    late = """
  Given I go to "/mail"
  When I fill in:
    | To      | ada@example.com |
    | Subject | Fee due         |
    | Delay   | 2               |
  And I press "Send"
  Then I should see the message "Will be sent"
"""
    hopes = """
  Given I go to "/mail"
  Then "ada@example.com" should receive an email with subject "Fee due"
"""
    one = clubs[:1]
    results = await prove_club(patient_prover, one, tmp_path, {"Late": late, "Hopes": hopes})

    assert results["Late"].verdict is Verdict.PASSED, said_in(results["Late"])
    assert "the product never called the mail server" in said_in(results["Hopes"])


async def test_a_sign_in_that_fails_says_what_it_did_and_what_was_there(
    patient_prover: Prover, clubs: list[RunningProduct]
) -> None:
    head = BLUEPRINT.replace('I press "Sign in"', 'I press "Log in"')
    blueprint = club_blueprint({"Ada signs in": HOLDS["Ada signs in"]}, head)
    (scenario,) = blueprint.scenarios
    cut = msgspec.structs.replace(scenario, steps=scenario.steps[:-1])
    message = await _message_at_the_end(patient_prover, clubs[0], blueprint, cut)

    assert cut.steps[-1].text == 'I press "Log in"'
    assert cut.steps[-1].concept == 'I am signed in as "ada@example.com"'
    assert 'nothing named "Log in" to press. It offers: buttons "Sign in"' in (message or "")


async def test_a_reset_command_brings_a_new_mailbox_to_the_same_process(
    toolchain: Toolchain,
) -> None:
    spec = club_spec(toolchain)
    contract = msgspec.structs.replace(spec.contract, reset=Command(command="true"))
    spec = dataclasses.replace(spec, contract=contract, restarts=False)
    form = {"To": "ada@example.com", "Subject": "Fee due", "Text": "Pay"}
    fields = urlencode(form | dict.fromkeys(("Times", "Kilobytes", "Delay"), ""))

    async with BubblewrapSandbox() as driver, open_product(driver, spec) as club:
        await asyncio.to_thread(_post, f"{club.address}/mail", fields)
        before = club.outside.mailbox
        await club.reset()
        after = club.outside.mailbox
        await asyncio.to_thread(_post, f"{club.address}/mail", fields)

    assert [mail.title for mail in before.mails] == ['"Fee due"']
    assert [mail.title for mail in after.mails] == ['"Fee due"']
    assert before is not after


def _post(address: str, fields: str) -> None:
    with urlopen(address, fields.encode(), timeout=60) as answer:  # noqa: S310 (the club's own)
        assert answer.status == 200
