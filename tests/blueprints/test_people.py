"""People sign in by the author's own concept; whoever, whatever is not declared is refused."""

import pytest

from backend.blueprints.blueprint import Person, Scenario, Severity, StepKind
from tests.blueprints.drafts import (
    compiled,
    draft,
    errors,
    given,
    requirement,
    scenario,
    without_doubts,
)

PEOPLE = """## People
| name  | role   | email           | password  |
| ----- | ------ | --------------- | --------- |
| Ada   | owner  | ada@example.com | owl "and" |
| Bob   | helper | bob@example.com | frog      |
"""
CONCEPT = """## Concepts
```gherkin
Scenario: I sign in as "<user>"
  When I go to "/sign-in"
  And I fill in "Email" with "<email>"
  And I fill in "Password" with "<password>"
  And I press "Sign in for <user>"
```
"""
SERVICES = "## Services\n| name | for |\n| --- | --- |\n| payments | taking cards |\n"
ADA, BOB = 'I am signed in as "ada@example.com"', '"Bob" signs in in another window'


def _scenario(*steps: str, concept: str = CONCEPT) -> Scenario:
    result = compiled(draft(requirement(given(*steps)), PEOPLE, SERVICES, concept))
    blame = [f for f in result.findings if f.severity is Severity.ERROR]
    assert blame == []
    assert result.blueprint is not None
    return result.blueprint.scenarios[0]


def _blamed(*steps: str, parts: tuple[str, ...] = (PEOPLE, SERVICES, CONCEPT)) -> list[str]:
    found = errors(draft(requirement(given(*steps)), *parts))
    return [f"{f.rule} {f.message} {f.remedy}" for f in found]


def test_signing_in_is_followed_by_the_steps_behind_it() -> None:
    steps = _scenario(f"Given {ADA}", "And the app is open").steps

    assert [(s.expression, s.arguments) for s in steps[:5]] == [
        ("W03", ("ada@example.com",)),
        ("A01", ("/sign-in",)),
        ("A05", ("Email", "ada@example.com")),
        ("A05", ("Password", 'owl "and"')),
        ("A02", ("Sign in for ada@example.com",)),
    ]
    assert steps[0].concept is None
    assert {s.concept for s in steps[1:5]} == {ADA}
    assert {s.kind for s in steps[:5]} == {StepKind.GIVEN}


def test_a_name_stands_for_the_same_person_as_the_address() -> None:
    steps = _scenario(
        f"Given {ADA}",
        f"When {BOB}",
        'And I press "Save"',
        "And I switch back to my window",
        'And I switch to the window of "bob@example.com"',
    ).steps

    windows = [s.arguments for s in steps if s.expression in {"W03", "A25", "A26", "A27"}]
    assert windows == [("ada@example.com",), ("bob@example.com",), (), ("bob@example.com",)]
    assert [s.kind for s in steps if s.concept == BOB] == [StepKind.WHEN] * 4


def test_the_concept_is_a_step_of_its_own_too() -> None:
    steps = _scenario('When I sign in as "Bob"').steps

    assert steps[2].arguments == ("Password", "frog")
    assert steps[0].concept == 'I sign in as "Bob"'


def test_a_concept_of_literal_words_lets_strangers_try() -> None:
    literal = CONCEPT.replace("<email>", "<user>").replace("<password>", "wrong")

    assert _scenario('When I sign in as "eve@example.com"', concept=literal).steps


def test_people_and_their_cells_are_kept() -> None:
    result = compiled(draft(requirement(given("Given the app is open")), PEOPLE))

    assert result.orderable
    assert result.blueprint is not None
    assert result.blueprint.people[1] == Person(
        name="Bob",
        role="helper",
        email="bob@example.com",
        cells={"name": "Bob", "role": "helper", "email": "bob@example.com", "password": "frog"},
        line=result.blueprint.people[1].line,
    )
    [warned] = without_doubts(result.findings)
    assert (warned.rule, warned.severity) == ("BP010", Severity.WARNING)
    assert "has none" in warned.remedy


def test_an_address_that_is_none_is_blamed_at_its_line() -> None:
    people = PEOPLE.replace("bob@example.com", "bob at example")
    text = draft(requirement(given("Given the app is open")), people)

    (found,) = errors(text)

    assert (found.rule, "“bob at example” is not an email" in found.message) == ("BP010", True)
    assert text.split("\n")[found.line - 1].startswith("| Bob")


@pytest.mark.parametrize(
    ("steps", "parts", "said"),
    [
        ((f"Given {ADA}",), (PEOPLE,), 'BP024 “I am signed in as "ada@example.com"” needs a'),
        ((f"When {BOB}",), (PEOPLE,), "needs a concept that says how people sign in"),
        (('When I sign in as "Bob"',), (PEOPLE,), 'Scenario: I sign in as "<user>"'),
        (
            ('Given I am signed in as "bo@example.com"',),
            (PEOPLE, CONCEPT),
            "BP010 “bo@example.com” is nobody of ## People. Did you mean “bob@example.com”?",
        ),
        (('When I sign in as "Eve"',), (PEOPLE, CONCEPT), "“Eve” is nobody of ## People"),
        (
            ("Given the app is open", 'When I switch to the window of "Bob"'),
            (PEOPLE, CONCEPT),
            "BP006 “bob@example.com” has no other window when this step comes",
        ),
        (
            (f"Given {ADA}", 'When I switch to the window of "Ada"'),
            (PEOPLE, CONCEPT),
            "I switch back to my window",
        ),
        ((f"When {BOB}", f"And {BOB}"), (PEOPLE, CONCEPT), "has another window already"),
        (
            ("Given the app is open", f"And {ADA}"),
            (PEOPLE, CONCEPT),
            "signs in in another window",
        ),
        (
            (f"Given {ADA}", 'And the date is "2026-03-02"'),
            (PEOPLE, CONCEPT),
            "BP006 The step sets up the browser",
        ),
        (
            ("Given the app is open", f"When {BOB}", "And I accept the dialog"),
            (PEOPLE, CONCEPT.replace("Scenario: I sign", "Scenario: I do not sign")),
            "needs a concept",
        ),
        ((), (PEOPLE + "| Cy | | bob@example.com | |\n",), "“bob@example.com” stands below ##"),
        ((), (PEOPLE + "| | helper | | |\n",), "neither a name nor an email"),
    ],
)
def test_what_is_wrong_with_people_is_said(
    steps: tuple[str, ...], parts: tuple[str, ...], said: str
) -> None:
    blamed = _blamed(*(steps or ("Given the app is open",)), parts=parts)

    assert any(said in blame for blame in blamed), blamed


def test_the_user_need_not_be_written_where_their_cells_are() -> None:
    assert _scenario(f"Given {ADA}", concept=CONCEPT.replace(" for <user>", "")).steps


def test_a_column_that_people_lack_is_blamed_in_the_concept() -> None:
    blamed = _blamed(f"Given {ADA}", parts=(PEOPLE, CONCEPT.replace("<password>", "<pin>")))

    assert blamed == ["BP024 “<pin>” is not in the concept's name. Add it to the name, in quotes."]


def test_signing_in_by_signing_in_is_a_circle() -> None:
    circle = CONCEPT.replace('I go to "/sign-in"', f"{BOB.replace('Bob', '<user>')}")

    assert any("uses itself" in blame for blame in _blamed(f"Given {ADA}", parts=(PEOPLE, circle)))


ANSWER = 'Given the "payments" service answers 503 with:'


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            (ANSWER.replace("payments", "payment"), '"""', "x", '"""'),
            "BP010 “payment” is no service. Did you mean “payments”?",
        ),
        ((ANSWER.replace("503", "99"), '"""', "x", '"""'), "BP009 “99” is no answer"),
        ((ANSWER, '"""sound', "x", '"""'), "BP009 “sound” is no kind of content"),
        ((ANSWER,), "BP009"),
    ],
)
def test_what_is_wrong_with_a_service_is_said(steps: tuple[str, ...], said: str) -> None:
    blamed = _blamed(*steps, "And the app is open")

    assert any(blame.startswith(said) for blame in blamed), blamed


def test_services_of_one_variable_are_refused() -> None:
    twins = SERVICES + "| Pay ments | a |\n| pay-ments | b |\n"

    assert any("told from others" in b for b in _blamed("Given the app is open", parts=(twins,)))


def test_an_email_goes_to_an_address() -> None:
    [found] = errors(
        draft(
            requirement(
                scenario(
                    "Given the app is open",
                    'Then "Ada" should receive an email with subject "Ready"',
                )
            )
        )
    )

    assert (found.rule, found.message) == ("BP009", "“Ada” is not an email address.")
