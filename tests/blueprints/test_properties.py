"""Properties that hold for every input: no exception, and no line of a scenario block is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.blueprints.document import compile_blueprint
from backend.blueprints.findings import Findings
from backend.blueprints.gherkin_blocks import read_block
from backend.blueprints.sections import Fence
from tests.blueprints.drafts import DATA, FRONT, compiled, draft, requirement

LINES = st.sampled_from(
    [
        "",
        "Scenario: A",
        "Scenario: B",
        "Scenario Outline: C <x>",
        "Background:",
        "  Given the app is open",
        "  given the app is open",
        '  When I press "Save"',
        '  And I should see "<x>"',
        '  Then I should see "x"',
        "  * anything",
        "  Then the page should read:",
        '  """',
        "  ```",
        "    | a | b |",
        "    | a |",
        "    | --- |",
        "    | a",
        "  Examples:",
        "    | x |",
        "@holdout",
        "@critical @slow",
        "@oops",
        "# a comment",
        "# Then nothing",
        "# language: de",
        "Feature: F",
        "Rule: R",
        "some words",
        "## R2 Next",
        "\tThen\ttabs",
        "  Then “quoted”",
        "\u00a0Then hidden",
    ]
)
BLOCKS = st.lists(LINES, max_size=14).map("\n".join)


@given(st.binary(max_size=400))
def test_bytes_never_crash(data: bytes) -> None:
    result = compile_blueprint(data, "x.md")

    assert not result.orderable
    assert result.findings


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_text_below_good_front_matter_never_crashes(text: str) -> None:
    compiled(FRONT + text.encode("utf-8", "replace").decode())


@given(
    st.lists(
        st.sampled_from(
            [
                *draft().split("\n"),
                "---",
                "```",
                "~~~",
                "> ",
                "- ",
                "<!--",
                "    x",
                "###",
                "| |",
                "|-|",
            ]
        ),
        max_size=40,
    )
)
@settings(max_examples=150, deadline=None)
def test_shuffled_lines_never_crash(lines: list[str]) -> None:
    compiled(FRONT + "\n".join(lines))


@given(BLOCKS)
@settings(max_examples=300, deadline=None)
def test_every_line_of_a_block_is_kept_or_blamed(block: str) -> None:
    findings = Findings("x.md")
    fence = Fence(content=block + "\n", first_line=1, last_line=block.count("\n") + 1, marker="```")
    scenarios = read_block(fence, findings)

    if scenarios is None:
        assert findings.has_errors
        return
    kept = {n for s in scenarios for n in range(s.first_line, s.last_line + 1)}
    for number, line in enumerate(block.split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            assert number in kept or findings.has_error_at(number), (number, line)


@given(BLOCKS)
@settings(max_examples=200, deadline=None)
def test_orderable_blueprint_runs_what_it_shows(block: str) -> None:
    result = compiled(draft(requirement(block)))

    if result.orderable:
        assert result.blueprint is not None
        assert result.blueprint.scenarios
        assert all(s.steps for s in result.blueprint.scenarios)
        assert "@holdout" not in result.public_text


@given(
    st.lists(
        st.tuples(st.text(max_size=12), st.text(max_size=16), st.text(max_size=30)), max_size=6
    )
)
@settings(max_examples=150, deadline=None)
def test_data_tables_never_crash(rows: list[tuple[str, str, str]]) -> None:
    table = "".join("| " + " | ".join(cells).replace("\n", " ") + " |\n" for cells in rows)
    data = f"{DATA}\n### Thing\n| field | type | rules |\n| --- | --- | --- |\n{table}"
    compiled(draft(data=data.encode("utf-8", "replace").decode()))
