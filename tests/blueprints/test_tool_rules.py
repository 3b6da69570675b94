"""What would fail while a scenario runs is said when the blueprint is read: line, fault, remedy."""

import pytest

from backend.blueprints.blueprint import Finding
from backend.blueprints.json_paths import read_json_path
from backend.blueprints.random_inputs import inputs_of
from tests.blueprints.drafts import FRONT, VALUES, compiled, draft, errors, requirement, scenario

API, TOOL, LIBRARY = "http api", "command line", "python library"
GOT = 'When I send a GET request to "/api"'
RAN = "When I run `jobs list`"
OK = "Then the response status should be 200"


def text_of(kind: str, *steps: str, tags: str = "", more: str = "") -> str:
    front = FRONT.replace("web app", kind)
    return draft(more, requirement(scenario(*steps, tags=tags)), front=front, data="")


def document(text: str, word: str = "") -> str:
    body = "\n".join(f"    {line}" for line in text.split("\n"))
    return f'\n    """{word}\n{body}\n    """'


def sent(text: str, word: str = "") -> str:
    return 'When I send a POST request to "/api" with:' + document(text, word)


WRITTEN = 'Given the file "../a.txt" contains:'
PROGRAM = "When this program runs:"
FAULTS = {
    "address without a slash": (API, 'When I send a GET request to "api"', "BP010", 'one "/"'),
    "address elsewhere": (API, 'When I send a GET request to "//evil.com/x"', "BP010", 'one "/"'),
    "whole address": (API, 'When I send a GET request to "http://a.b/"', "BP010", 'one "/"'),
    "address with a space": (API, 'When I send a GET request to "/a b"', "BP010", "%20"),
    "body of a GET": (API, sent("{}").replace("POST", "GET"), "BP009", "POST"),
    "body that is no JSON": (API, sent("{'a': 1}"), "BP009", "double quotes"),
    "body with NaN": (API, sent('{"a": NaN}'), "BP009", "double quotes"),
    "type of a body": (API, sent("a: 1", "yaml"), "BP009", "csv"),
    "table of three columns": (
        API,
        'When I send a POST request to "/api" with:\n    | a | b | c |',
        "BP012",
        "One row a field",
    ),
    "header name": (API, 'Given the request header "a b" is "c"', "BP009", "Accept"),
    "header of the works": (API, 'Given the request header "host" is "c"', "BP009", "Leave"),
    "user": (API, 'Given I call the API as "Ada"', "BP009", "ada@example.com"),
    "command without an end": (TOOL, 'When I run `jobs add "Red`', "BP009", "Close it"),
    "pipe": (TOOL, "When I run `jobs list | wc`", "BP009", "with input"),
    "variable": (TOOL, 'Given the environment variable 1A is "x"', "BP009", "letters"),
    "works' own": (TOOL, 'Given the environment variable HOME is "x"', "BP009", "another"),
    "file elsewhere": (TOOL, WRITTEN + document("x"), "BP009", "stock.csv"),
    "program that is none": (LIBRARY, PROGRAM + document("import"), "BP009", "Python"),
    "another interpreter": (
        LIBRARY,
        "When this program runs:" + document("x", "javascript"),
        "BP009",
        "python",
    ),
}  # fmt: skip
CHECKS = {
    "status": (API, "Then the response status should be 99", "100 to 599"),
    "path": (API, 'Then the response field "a..b" should be 1', "dots between"),
    "value": (API, 'Then the response field "a" should be 007', "double quotes"),
    "list": (API, 'Then the response list "[x]" should have 1 item', "dots between"),
    "pattern": (API, "Then the response should match:" + document("[1,]"), "double quotes"),
    "marker": (API, "Then the response should match:" + document('"#uuidd"'), "#uuid"),
    "milliseconds": (API, "Then the response should arrive within 0 ms", "above 0"),
    "name": (API, 'Then I remember the response field "a" as "1"', "letters"),
    "exit code": (TOOL, "Then it should exit with code 256", "0 to 255"),
    "expression": (TOOL, 'Then the output should match "a("', "regular expression"),
    "long expression": (TOOL, f'Then the output should match "{"a" * 301}"', "at most 300"),
    "nothing": (TOOL, 'Then the output should contain ""', "expect"),
    "file above": (TOOL, 'Then the file "../jobs.json" should exist', "work folder"),
    "file at the root": (TOOL, 'Then the file "/etc/passwd" should exist', "work folder"),
    "seconds": (TOOL, "Then it should finish within 0 seconds", "above 0"),
    "left side": (LIBRARY, "Then `total([` should be `1`", "one expression"),
    "right side": (LIBRARY, "Then `1` should be `x = 1`", "one expression"),
    "error": (LIBRARY, 'Then `1` should raise "Type Error"', "TypeError"),
    "inputs": (LIBRARY, "Then for 5 random inputs, `1 == 1` should be true", "Inputs are called"),
    "count": (LIBRARY, "Then for 5000 random inputs, `xs == xs` should be true", "1 to 1,000"),
}
BEFORE = {API: GOT, TOOL: RAN, LIBRARY: "When this program runs:" + document("x = 1")}
END = {API: OK, TOOL: "Then it should succeed", LIBRARY: "Then `1` should be `1`"}


def _said(found: list[Finding]) -> list[tuple[int, str, str]]:
    return [(f.line, f.rule, f"{f.message} {f.remedy}") for f in found]


@pytest.mark.parametrize("fault", FAULTS)
def test_argument_is_blamed_where_it_stands(fault: str) -> None:
    kind, step, rule, remedy = FAULTS[fault]
    more = [BEFORE[kind]] if step.startswith("Given") else []
    text = text_of(kind, step, *more, END[kind])
    found = errors(text)

    assert _said(found)[0][:2] == (_line(text, step), rule) or rule == "BP012"
    assert {f.rule for f in found} <= {rule, "BP006"}
    assert remedy in found[0].remedy


@pytest.mark.parametrize("fault", CHECKS)
def test_check_is_blamed_where_it_stands(fault: str) -> None:
    kind, step, remedy = CHECKS[fault]
    text = text_of(kind, BEFORE[kind], step, END[kind].replace("Then", "And"))
    found = errors(text)

    assert [(f.line, f.rule) for f in found] == [(_line(text, step), "BP009")], _said(found)
    assert remedy in found[0].remedy


def _line(text: str, step: str) -> int:
    first = step.split("\n", maxsplit=1)[0]
    return next(n for n, line in enumerate(text.split("\n"), start=1) if line.strip() == first)


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("web app", "When I run `jobs list`"),
        ("web app", "Then `1` should be `1`"),
        (API, "Given the app is open"),
        (API, 'Then I should see "Ready"'),
        (API, "When I run `jobs list`"),
        (TOOL, 'When I press "Save"'),
        (TOOL, GOT),
        (TOOL, "Then `1` should be `1`"),
        (LIBRARY, RAN),
        (LIBRARY, 'Then I should see "Ready"'),
    ],
)
def test_step_that_no_such_product_answers_is_blamed(kind: str, step: str) -> None:
    ends = END.get(kind, 'Then I should see "x"')
    found = errors(text_of(kind, step, *([] if step.startswith("Then") else [ends])))
    [blamed] = [f for f in found if f.rule == "BP026"]

    assert f"is no step for a {kind}" in blamed.message
    assert "or change the line kind:" in blamed.remedy


def test_web_app_may_be_asked_over_http_as_well() -> None:
    steps = ("Given the app is open", GOT, OK, 'And I should see "Ready"')

    assert errors(text_of("web app", *steps)) == []


def test_api_may_be_asked_for_the_text_of_its_mail() -> None:
    subject = 'Then "ada@example.com" should receive an email with subject "Ready"'
    said = 'And the email should contain "Your bicycle is ready"'

    found = compiled(text_of(API, GOT, subject, said)).findings

    assert [one.rule for one in found] == ["BP019"]  # such a product is not built yet


def test_scenario_without_pages_is_not_blamed_for_opening_none() -> None:
    for kind in (API, TOOL, LIBRARY):
        found = compiled(text_of(kind, BEFORE[kind], END[kind])).findings

        assert [f.rule for f in found] == ["BP019"]


@pytest.mark.parametrize(
    ("kind", "steps", "message"),
    [
        (API, (OK,), "no request has been sent yet"),
        (API, ('Given I remember the response field "id" as "x"', GOT, OK), "no request"),
        (TOOL, ("Then it should succeed", RAN), "none has been run yet"),
        (API, (sent("{}"), "Then the response should arrive within 9 ms"), "Only a GET request"),
    ],
)
def test_check_before_what_it_is_about_is_blamed(
    kind: str, steps: tuple[str, ...], message: str
) -> None:
    found = errors(text_of(kind, *steps))

    assert [f.rule for f in found] == ["BP006"], _said(found)
    assert message in found[0].message


def test_what_is_only_remembered_is_no_outcome() -> None:
    steps = (GOT, 'Then I remember the response field "id" as "x"')

    assert [f.rule for f in errors(text_of(API, *steps))] == ["BP002"]


REMEMBER = 'And I remember the response field "id" as "repair"'
USE = 'And I send a GET request to "/api/${repair}"'


def test_remembered_name_may_be_used_below() -> None:
    blueprint = compiled(text_of(API, GOT, REMEMBER, USE, OK)).blueprint

    assert errors(text_of(API, GOT, REMEMBER, USE, OK)) == []
    assert blueprint is not None
    assert blueprint.scenarios[0].steps[2].arguments == ("GET", "/api/${repair}")


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ((GOT, USE, REMEMBER, OK), "is used before it is remembered"),
        ((GOT, USE, OK), "is not declared"),
        ((GOT, USE.replace("${repair}", "${bike}"), REMEMBER, OK), "is not declared"),
    ],
)
def test_name_that_is_not_remembered_yet_is_blamed(steps: tuple[str, ...], message: str) -> None:
    found = errors(text_of(API, *steps))

    assert [f.rule for f in found] == ["BP025"]
    assert message in found[0].message


def test_remembered_name_must_not_be_a_declared_value() -> None:
    values = VALUES + "| repair | word | Bell |\n"
    found = errors(text_of(API, GOT, REMEMBER, USE, OK, more=values))

    assert [f.rule for f in found] == ["BP025"]
    assert "is declared under ## Values already" in found[0].message


def test_declared_values_and_remembered_ones_stand_side_by_side() -> None:
    values = VALUES + "| bike | word | Bell |\n"
    steps = (GOT, REMEMBER, 'And I send a GET request to "/${bike}/${repair}"', OK)
    blueprint = compiled(text_of(API, *steps, more=values)).blueprint

    assert blueprint is not None
    assert blueprint.scenarios[0].steps[2].arguments == ("GET", "/Bell/${repair}")


def test_concept_may_remember_and_another_use_it() -> None:
    concepts = (
        "## Concepts\n```gherkin\n"
        + scenario('When I send a GET request to "/<a>"', REMEMBER, name='I look up "<a>"')
        + scenario('When I send a GET request to "/<b>/${repair}"', name='I follow "<b>"')
        + "```\n"
    )
    steps = ('When I look up "a"', 'And I follow "b"', OK)

    assert errors(text_of(API, *steps, more=concepts)) == []


@pytest.mark.parametrize(
    ("kind", "tag", "is_right"),
    [
        (API, "@api", True),
        (API, "@cli", False),
        (TOOL, "@cli", True),
        (TOOL, "@api", False),
        (LIBRARY, "@api", False),
    ],
)
def test_tag_stands_only_where_all_steps_are_of_its_sort(
    kind: str, tag: str, *, is_right: bool
) -> None:
    found = errors(text_of(kind, BEFORE[kind], END[kind], tags=tag))

    assert [f.rule for f in found] == ([] if is_right else ["BP005"])


def test_tag_beside_a_step_of_another_sort_is_blamed() -> None:
    steps = ("Given the app is open", GOT, OK)

    assert [f.rule for f in errors(text_of("web app", *steps, tags="@api"))] == ["BP005"]


def test_suggestions_fit_the_kind_of_product() -> None:
    found = errors(text_of(TOOL, "When I execute `jobs list`", END[TOOL]))

    assert "I run `" in found[0].remedy
    assert "I press" not in found[0].remedy


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()),
        ("id", ("id",)),
        ("items[0].price", ("items", 0, "price")),
        ("[2][0].first name", (2, 0, "first name")),
        ("a-b.c_d", ("a-b", "c_d")),
        (".", None),
        ("a.", None),
        ("a.[0]", None),
        ("a[-1]", None),
        ("a[0", None),
        ("a]b", None),
    ],
)
def test_path_of_a_field(text: str, path: tuple[str | int, ...] | None) -> None:
    assert read_json_path(text) == path


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("sort(xs) == xs", ("xs",)),
        ("all(x in ys for x in sort(ys))", ("ys",)),
        ("(lambda n: n + m)(1) == 1 + m", ("m",)),
        ("total([n, m]) == n + m", ("m", "n")),
        ("book == book", ()),
    ],
)
def test_random_inputs_are_the_names_that_nothing_else_gives(
    expression: str, names: tuple[str, ...]
) -> None:
    assert inputs_of(expression) == names


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        (TOOL, 'Then the output should match "(?P<secret word>a)"'),
        (LIBRARY, "Then `f(secret secret)` should be `1`"),
        (LIBRARY, "Then `secret = 1` should be `1`"),
        (API, "Then the response should match:" + document('{"secret": secret}')),
        (API, 'Then the response field "secret..word" should be 1'),
        (API, 'When I send a GET request to "/${secret}"'),
    ],
)
def test_words_of_a_holdout_are_not_quoted_back(kind: str, step: str) -> None:
    ends = END[kind].replace("Then", "And") if step.startswith("Then") else END[kind]
    found = errors(text_of(kind, BEFORE[kind], step, ends, tags="@holdout"))

    assert found
    assert all("secret" not in f.message + f.remedy for f in found), _said(found)
