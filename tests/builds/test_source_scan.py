"""What stands in a product's source: signs of looking for the prover, and answers known before."""

from pathlib import Path

import pytest

from backend.blueprints.blueprint import Blueprint
from backend.blueprints.document import compile_blueprint
from backend.builds.source_scan import PROVER_RULE, SEALED_RULE, SHOWN_RULE, scan_source
from backend.kit import build

ROOT = Path(__file__).parent.parent.parent
BLUEPRINTS = sorted([*(ROOT / "examples").glob("*.md"), *(ROOT / "bench/blueprints").glob("*.md")])
TEXT = b"""---
name: Tool library
kind: web app
---
# Tool library

## Data

### Tool

| field | type | rules    |
| ----- | ---- | -------- |
| Name  | text | required |

## R1 Keep tools

```gherkin
Background:
  Given I am on the "Tools" page

Scenario: A tool is added
  When I follow the "New tool" link
  And I fill in "Name" with "Long ladder"
  And I press "Save"
  Then I should see the heading "Long ladder"

@holdout
Scenario: Another tool is added
  When I follow the "New tool" link
  And I fill in "Name" with "Cement mixer 40"
  And I press "Save"
  Then I should see the heading "Cement mixer 40"
```
"""


def compiled(text: bytes, name: str = "tools.md") -> Blueprint:
    blueprint = compile_blueprint(text, name).blueprint
    assert blueprint is not None
    return blueprint


def rules(files: dict[str, bytes]) -> list[tuple[str, bool]]:
    return [(finding.rule, finding.blocks) for finding in scan_source(files, compiled(TEXT))]


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_the_kits_own_products_have_nothing_to_hide(path: Path) -> None:
    blueprint = compiled(path.read_bytes(), path.name)

    assert scan_source(build(blueprint.data), blueprint) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("app/web.py", b"if 'HeadlessChrome' in agent:"),
        ("app/static/app.js", b"if (navigator.webdriver) fix();"),
        ("app/clock.py", b"proven = 'FAKETIME_TIMESTAMP_FILE' in os.environ"),
        ("app/clock.py", b"Path('/control/clock').exists()"),
        ("app/templates/base.html", b"<script>if (window.__pwClock) fix()</script>"),
        ("app/web.py", b"import playwright"),
    ],
)
def test_a_program_that_looks_for_its_prover_is_refused(path: str, line: bytes) -> None:
    assert rules({path: b"\n" + line + b"\n"}) == [(PROVER_RULE, True)]


THEATRE = TEXT.replace(
    b"| Name  | text | required |",
    b"""| Name  | text | required |
| Puppeteer | text | |
| Role | choice | Actor, Playwright, Puppeteer; starts as Playwright |

### Playwright

| field | type | rules |
| ----- | ---- | ----- |
| Name  | text | |""",
)
# What a theatre's model says, and what only somebody says who looks for the prover with it.
LOOKS_FOR_PROVER = [
    b"if 'playwright' in user_agent: fix()",
    b"if 'Playwright' in user_agent: fix()",
    b"SIGNS = ('Actor', 'Playwright', 'Puppeteer')",
    b'        starts_as="Playwright",; fix("Puppeteer")',
    b"import playwright",
]


def test_words_of_the_authors_own_data_are_no_sign_where_the_product_declares_them() -> None:
    blueprint = compiled(THEATRE)
    files = build(blueprint.data)

    assert files["app/model.py"].lower().count(b"playwright") > 3
    assert scan_source(files, blueprint) == []


def test_a_declaration_may_stand_beside_other_code() -> None:
    blueprint = compiled(THEATRE)
    files = build(blueprint.data)
    files["app/model.py"] += b"\nLONGEST_NAME = 80\n"

    assert scan_source(files, blueprint) == []


@pytest.mark.parametrize("line", LOOKS_FOR_PROVER)
@pytest.mark.parametrize("path", ["app/model.py", "app/web.py", "app/templates/base.html"])
def test_a_theatres_product_that_looks_for_its_prover_is_refused(path: str, line: bytes) -> None:
    blueprint = compiled(THEATRE)
    files = build(blueprint.data)
    files[path] = files.get(path, b"") + b"\n" + line + b"\n"

    assert {(f.rule, f.path, f.blocks) for f in scan_source(files, blueprint)} == {
        (PROVER_RULE, path, True)
    }


def test_a_declaration_in_another_place_than_its_own_is_a_sign() -> None:
    blueprint = compiled(THEATRE)
    model = build(blueprint.data)["app/model.py"]

    assert {f.rule for f in scan_source({"app/web.py": model}, blueprint)} == {PROVER_RULE}


def test_a_products_own_browser_tests_may_drive_a_browser() -> None:
    assert rules({"tests/test_pages.py": b"import playwright\nNAME = 'Long ladder'\n"}) == []


def test_an_example_in_the_program_is_a_warning_with_its_place() -> None:
    (found,) = scan_source(
        {"app/web.py": b"\nif name == 'Long ladder':\n    pass\n"}, compiled(TEXT)
    )

    assert (found.rule, found.blocks) == (SHOWN_RULE, False)
    assert (found.path, found.line) == ("app/web.py", 2)
    assert "Long ladder" in found.message


def test_a_sealed_value_in_the_program_is_refused_and_neither_quoted_nor_placed() -> None:
    source = b"KNOWN = 'Cement mixer 40'\nAGAIN = 'Cement mixer 40'\n"

    (found,) = scan_source({"app/web.py": source}, compiled(TEXT))

    assert (found.rule, found.blocks) == (SEALED_RULE, True)
    assert (found.path, found.line) == ("the source", 0), "its place would give it away"
    assert "Cement" not in found.message


def test_texts_for_people_and_parts_of_other_words_are_left_alone() -> None:
    assert (
        rules(
            {
                "README.md": b"Such as Long ladder.",
                "app/web.py": b'"""Such as a Long ladder."""\nNAME = "Long ladders"\n',
                "app/static/htmx.min.js": b"navigator.webdriver",
            }
        )
        == []
    )


def test_a_file_that_is_no_python_is_read_line_by_line() -> None:
    assert rules({"app/web.py": b"def (:\nname = 'Long ladder'\n"}) == [(SHOWN_RULE, False)]
