"""Builds small blueprints around the one thing that a test is about."""

from collections.abc import Iterable

from backend.blueprints.blueprint import Finding, Severity
from backend.blueprints.document import Compiled, compile_blueprint

FRONT = "---\nname: Job book\nkind: web app\n---\n"

DATA = """## Data
### Customer
| field | type  | rules    |
| ----- | ----- | -------- |
| Name  | text  | required |
| Email | email | unique   |

### Repair
| field    | type             | rules                                            |
| -------- | ---------------- | ------------------------------------------------ |
| Bicycle  | text             | required                                         |
| Customer | link to Customer |                                                  |
| Price    | money            | at least 0; at most 500                          |
| Due on   | date             |                                                  |
| Urgent   | yes/no           |                                                  |
| Status   | choice           | Waiting, In work, Ready; starts as Waiting       |
"""

VALUES = "## Values\n| value | kind | shown |\n| --- | --- | --- |\n"

SCENARIO = """Scenario: A repair is taken in
  Given the app is open
  When I press "Save"
  Then I should see "Ready"
"""


def requirement(*blocks: str, heading: str = "## R1 Take in a repair") -> str:
    """Return a requirement with a gherkin block for each text."""
    fenced = "\n".join(f"```gherkin\n{block.rstrip()}\n```\n" for block in blocks)
    return f"{heading}\nThe mechanic writes it down.\n\n{fenced}"


def scenario(*steps: str, name: str = "A repair is taken in", tags: str = "") -> str:
    """Return a scenario with these lines as its steps."""
    above = f"{tags}\n" if tags else ""
    return f"{above}Scenario: {name}\n" + "".join(f"  {step}\n" for step in steps)


def given(*steps: str) -> str:
    """Return a scenario that begins with these lines and ends as it should."""
    return scenario(*steps, 'Then I should see "Ready"')


def draft(*parts: str, front: str = FRONT, data: str = DATA) -> str:
    """Return a whole blueprint; without parts it holds one good scenario."""
    body = "\n".join(parts) if parts else requirement(SCENARIO)
    return f"{front}# Job book\nIt keeps repairs.\n\n{data}\n{body}"


def compiled(text: str | bytes) -> Compiled:
    """Compile it under an ordinary name."""
    return compile_blueprint(text if isinstance(text, bytes) else text.encode(), "job-book.md")


def errors(text: str | bytes) -> list[Finding]:
    """Return what blocks the order."""
    return [f for f in compiled(text).findings if f.severity is Severity.ERROR]


def blamed(text: str | bytes) -> list[Finding]:
    """Return all findings but the doubts about wording and coverage, which a draft invites."""
    return without_doubts(compiled(text).findings)


def without_doubts(findings: Iterable[Finding]) -> list[Finding]:
    """Leave out what is said of wording (BP1xx) and of coverage (BP201 to BP209)."""
    return [f for f in findings if f.rule < "BP100" or f.rule >= "BP210"]


def line_of(text: str, needle: str) -> int:
    """Return the line on which the needle first stands."""
    for number, line in enumerate(text.split("\n"), start=1):
        if needle in line:
            return number
    raise AssertionError(f"{needle!r} is not in the blueprint")
