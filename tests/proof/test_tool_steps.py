"""Steps that need no browser fail where they should, in words that a person understands."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.blueprints.blueprint import Blueprint, Scenario
from backend.proof.attempt import AttemptRun
from backend.proof.camera import Camera
from backend.proof.evidence import EvidenceFolder
from backend.proof.opening import OpenedProduct
from backend.proof.page_map import PageMap
from backend.proof.results import Attempt, Verdict
from backend.proof.scene import Run, Scene
from backend.proof.tool_product import ToolProduct
from sandbox.protocol import Toolchain
from tests.proof.tool_shop import opened, scenario_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
COMMAND_SECONDS = 3.0
Products = dict[str, OpenedProduct]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def products(toolchain: Toolchain) -> AsyncIterator[Products]:
    async with (
        opened("job_api", toolchain) as api,
        opened("job_tool", toolchain) as tool,
        opened("job_library", toolchain) as library,
    ):
        yield {"job_api": api, "job_tool": tool, "job_library": library}


async def play(product: OpenedProduct, name: str, folder: Path, *lines: str) -> Attempt:
    """Play these lines as a scenario; what is called starts anew, what is served goes on."""
    if isinstance(product, ToolProduct):
        await product.reset()
    return await _play(product, *scenario_of(name, *lines), folder)


async def _play(
    product: OpenedProduct, blueprint: Blueprint, scenario: Scenario, folder: Path
) -> Attempt:
    run = Run(
        blueprint=blueprint,
        pages=PageMap({}),
        step_seconds=2.0,
        command_seconds=COMMAND_SECONDS,
    )
    evidence = EvidenceFolder(folder, criterion=scenario.criterion, attempt=1)
    scene = Scene(
        run=run,
        scenario=scenario,
        subject=product,
        browser=None,
        camera=Camera(evidence),
        video_folder=None,
    )
    attempt = AttemptRun(scene=scene, number=1, folder=evidence, scenario_seconds=60.0)
    try:
        await attempt.play()
    finally:
        await attempt.finish()
    return attempt.result()


def said(attempt: Attempt) -> str:
    return " | ".join(step.message for step in attempt.steps if step.message)


def transcript(attempt: Attempt, folder: Path, step: int = -1) -> str:
    [piece] = attempt.steps[step].evidence
    assert piece.kind == "transcript"
    return (folder / piece.path).read_text()


TAKEN = 'When I send a POST request to "/api/repairs" with:\n    | bicycle | Red tandem |'
LISTED = 'When I send a GET request to "/api/repairs?bicycle=none"'


def _got(path: str) -> str:
    return f'When I send a GET request to "{path}"'


def _document(text: str) -> str:
    body = "\n".join(f"    {line}" for line in text.split("\n"))
    return f'\n    """\n{body}\n    """'


HTTP_FAILURES = [
    (TAKEN, "the response status should be 200", "status is 201, not 200"),
    (TAKEN, 'the response header "Location" should be "/x"', 'Location is "/api/repairs/'),
    (TAKEN, 'the response header "ETag" should be "x"', 'has no header "ETag"; it has "Server"'),
    (TAKEN, 'the response header "Content-Type" should contain "xml"', "does not contain"),
    (TAKEN, 'the response text should contain "Blue"', 'does not contain "Blue"; it holds "{'),
    (TAKEN, 'the response field "bicycle" should be "Blue"', 'is "Red tandem", not "Blue"'),
    (TAKEN, 'the response field "urgent" should be 0', "is false, not 0"),
    (TAKEN, 'the response field "price" should be "0"', 'is 0, not "0"'),
    (TAKEN, 'the response field "colour" should be "x"', 'has no "colour"; it has "id", "number"'),
    (TAKEN, 'the response field "parts[0]" should be "x"', "has 0 items, so no [0]"),
    (
        TAKEN,
        'the response field "bicycle.name" should be "x"',
        '"bicycle" is a text, not an object',
    ),
    (TAKEN, 'the response field "bicycle" should be a uuid', "which is no uuid"),
    (TAKEN, 'the response field "number" should be a string', ", which is no string."),
    (TAKEN, 'the response field "urgent" should be a number', "is false, which is no number"),
    (TAKEN, 'the response field "received" should be a date', "which is no date"),
    (TAKEN, 'the response field "due" should be a timestamp', "which is no timestamp"),
    (TAKEN, 'the response field "due" should be an email', "which is no email"),
    (TAKEN, 'the response field "due" should be a URL', "which is no URL"),
    (LISTED, 'the response list "items" should have 2 items', "has 0 items, not 2"),
    (LISTED, 'the response list "total" should have 0 items', "is a number, not a list"),
    (LISTED, 'the response list "" should have 0 items', "The response is an object, not a list"),
    (TAKEN, "the response should match:" + _document('{"number": "#uuid"}'), ", not a uuid."),
    (TAKEN, "the response should match:" + _document('{"note": "#string"}'), "is missing, not a"),
    (TAKEN, "the response should match:" + _document('{"urgent": 0}'), "is false, not 0"),
    (TAKEN, "the response should match:" + _document('{"parts": [1]}'), "has 0 items, not 1"),
    (TAKEN, "the response should match:" + _document("[1]"), "is an object, not a list"),
    (TAKEN, 'the response should follow the schema "Number"', 'breaks the schema "Number"'),
    (TAKEN, 'the response should follow the schema "Bike"', 'no schema "Bike"; there are "Repair"'),
    (TAKEN, 'the response should follow the schema "Anything"', "asks for nothing"),
    (TAKEN, 'the response should follow the schema "Elsewhere"', "not in the document"),
    (LISTED, 'the response should follow the schema "Repair"', "'id' is a required property"),
    (LISTED, "the response should arrive within 1 ms", "repeats took longer than 1 ms"),
    (_got("/nowhere"), 'the response field "id" should be 1', 'has no "id"; it has "error"'),
    (_got("/text"), 'the response field "id" should be 1', 'Content-Type is "text/html", not JSON'),
    (
        _got("/broken-json"),
        'the response field "price" should be 1',
        "is not JSON (NaN is no number",
    ),
    (_got("/deep"), 'the response list "" should have 1 item', "is not JSON"),
    (_got("/packed"), 'the response field "id" should be 1', "is packed (gzip)"),
    (_got("/huge"), 'the response field "id" should be 1', "too large to be read as JSON"),
    (_got("/loop"), "the response status should be 200", "status is 302, not 200"),
]


@pytest.mark.parametrize(("before", "check", "message"), HTTP_FAILURES, ids=lambda v: v[:50])
async def test_http_check_fails_in_plain_words(
    products: Products, tmp_path: Path, before: str, check: str, message: str
) -> None:
    attempt = await play(products["job_api"], "job_api", tmp_path, before, f"Then {check}")

    assert attempt.verdict is Verdict.FAILED
    assert message in said(attempt)
    assert message.split('"', maxsplit=1)[0] in transcript(attempt, tmp_path)


BROKEN_REQUESTS = [
    ('When I send a GET request to "/endless"', "response did not end within 3 seconds"),
    ('When I remember the response field "items" as "x"', "is a list: only a text, a number"),
    ('When I remember the response field "id" as "x"', 'has no "id"'),
    ('When I send a GET request to "/garbage"', "answered something that is not HTTP"),
    ('Given I call the API as "eve@example.org"', "nobody is called eve@example.org"),
]


@pytest.mark.parametrize(("step", "message"), BROKEN_REQUESTS, ids=lambda v: v[-30:])
async def test_request_that_goes_wrong_ends_in_plain_words(
    products: Products, tmp_path: Path, step: str, message: str
) -> None:
    first = [LISTED.replace("When", "Given")] if "remember" in step else []
    more = [LISTED] if step.startswith("Given") else []
    attempt = await play(
        products["job_api"],
        "job_api",
        tmp_path,
        *first,
        step,
        *more,
        "Then the response status should be 500",
    )

    assert attempt.verdict is Verdict.FAILED
    assert message in said(attempt)


async def test_body_is_sent_with_the_type_of_its_word(products: Products, tmp_path: Path) -> None:
    lines = [
        'When I send a POST request to "/api/echo" with:\n    """csv\n    a,b\n    """',
        'Then the response field "type" should be "text/csv; charset=utf-8"',
        'And the response field "body" should be "a,b"',
    ]
    attempt = await play(products["job_api"], "job_api", tmp_path, *lines)

    assert said(attempt) == ""
    assert attempt.verdict is Verdict.PASSED


async def test_transcript_tells_request_and_response_without_escapes(
    products: Products, tmp_path: Path
) -> None:
    attempt = await play(
        products["job_api"],
        "job_api",
        tmp_path,
        'Given the request header "X-Trace" is "abc"',
        _got("/text"),
        'Then the response text should contain "Hello"',
    )
    text = transcript(attempt, tmp_path)

    assert attempt.verdict is Verdict.PASSED
    assert "> GET /text" in text
    assert "X-Trace: abc" in text
    assert "< 200 after" in text
    assert "\\x1b[31mHello\\x00" in text
    assert "\x1b" not in text


async def test_remembered_value_reaches_addresses_bodies_and_patterns(
    products: Products, tmp_path: Path
) -> None:
    attempt = await play(
        products["job_api"],
        "job_api",
        tmp_path,
        'When I send a POST request to "/api/repairs" with:'
        '\n    | bicycle | a "b" / c |\n    | price | 7.5 |',
        'And I remember the response field "bicycle" as "what"',
        'And I store the response field "price" as "n"',
        'And I send a POST request to "/api/repairs" with:'
        + _document('{"bicycle": "x ${what}", "price": ${n}}'),
        'Then the response field "price" should be 7.5',
        "And the response should match:" + _document('{"bicycle": "x ${what}"}'),
        'When I send a GET request to "/api/repairs?bicycle=${what}"',
        'Then the response list "items" should have 1 item',
    )

    assert said(attempt) == ""
    assert attempt.verdict is Verdict.PASSED


ADD = 'When I run `jobs add "Red tandem"`'


def _ran(words: str) -> str:
    return f"When I run `{words}`"


COMMAND_FAILURES = [
    (_ran("jobs ad"), "it should succeed", 'ended with code 2, not 0. It said "usage: jobs'),
    (ADD, "it should exit with code 3", "ended with code 0, not 3"),
    (
        ADD,
        "the output should be:" + _document("2 repairs"),
        'Line 1 of the output is "1 repair", not',
    ),
    (ADD, "the output should be:" + _document("1 repair\nx"), 'ends before line 2: "x"'),
    (
        _ran("jobs version"),
        "the output should be:" + _document("jobs"),
        'goes on in line 2: "v1.4.2"',
    ),
    (ADD, 'the output should contain "3"', 'does not contain "3": it is "1 repair"'),
    (_ran("jobs list"), 'the output should contain "3"', "it is empty"),
    (_ran("jobs ugly crash"), 'the output should not contain "Traceback"', "error output contains"),
    (ADD, 'the output should match "^v[0-9]"', 'does not match "^v[0-9]": it is "1 repair"'),
    (ADD, 'the error output should contain "usage"', "it is empty"),
    (
        ADD,
        'the file "other.json" should exist',
        'no file "other.json"; the folder holds "jobs.json"',
    ),
    (_ran("jobs export out/a.csv"), 'the file "out" should exist', '"out" is a folder'),
    (_ran("jobs ugly link"), 'the file "link.txt" should exist', "is no plain file: a link"),
    (ADD, 'the file "jobs.json" should contain:' + _document("Blue"), 'it holds "["Red tandem"]"'),
    (ADD, "it should finish within 0.001 seconds", "seconds, not 0.001"),
    (_ran("jobs ugly flood"), "it should succeed", "wrote without end and was stopped"),
    (_ran("jobs ugly much"), "the output should be:" + _document("x"), "wrote more than is kept"),
    (_ran("jobs ugly much"), 'the output should not contain "y"', "wrote more than is kept"),
    (_ran("jobs ugly garbage"), "the output should be:" + _document("x"), "is not text"),
    (_ran("jobs ugly garbage"), 'the output should match "x"', "is not text"),
    (
        _ran("jobs ugly sleep"),
        "it should succeed",
        'did not end within 3 seconds and was stopped. It said "still',
    ),
    (_ran("jobz"), "it should succeed", 'no program "jobz"'),
    (_ran("jobs list '>' a.txt").replace("'>'", "'> '"), "it should succeed", "code 2"),
    (
        _ran("jobs ugly backtrack"),
        'the output should match "^(a+)+$x"',
        "could not be searched in time",
    ),
]


@pytest.mark.parametrize(("before", "check", "message"), COMMAND_FAILURES, ids=lambda v: v[:50])
async def test_command_check_fails_in_plain_words(
    products: Products, tmp_path: Path, before: str, check: str, message: str
) -> None:
    attempt = await play(products["job_tool"], "job_tool", tmp_path, before, f"Then {check}")

    assert attempt.verdict is Verdict.FAILED
    assert message in said(attempt)


async def test_every_scenario_starts_in_an_empty_folder_with_the_product_as_delivered(
    products: Products, tmp_path: Path
) -> None:
    await play(
        products["job_tool"],
        "job_tool",
        tmp_path,
        "When I run `jobs ugly outside`",
        "And I run `jobs ugly home`",
        'Then the file ".jobsrc" should exist',
    )
    attempt = await play(
        products["job_tool"],
        "job_tool",
        tmp_path,
        "When I run `jobs ugly look`",
        "Then the output should be:"
        + _document("False ['DATA_DIR', 'HOME', 'LANG', 'PATH', 'PWD', 'TZ']"),
    )

    assert "DATA_DIR" in transcript(attempt, tmp_path)
    assert "False" in transcript(attempt, tmp_path)


async def test_transcript_of_a_command_is_harmless_text(products: Products, tmp_path: Path) -> None:
    attempt = await play(
        products["job_tool"],
        "job_tool",
        tmp_path,
        "When I run `jobs ugly escapes`",
        'Then the output should contain "red"',
    )
    text = transcript(attempt, tmp_path)

    assert attempt.verdict is Verdict.PASSED
    assert "\\x1b[2J\\x1b]0;owned\\x07\\u202egnp.exe" in text
    assert text.isprintable() is False
    assert all(character.isprintable() or character == "\n" for character in text)


async def test_flood_leaves_a_short_transcript(products: Products, tmp_path: Path) -> None:
    attempt = await play(
        products["job_tool"],
        "job_tool",
        tmp_path,
        "When I run `jobs ugly flood`",
        "Then it should succeed",
    )
    text = transcript(attempt, tmp_path)

    assert len(text) < 60_000
    assert "characters are left out here" in text


IMPORTED = "Given this program runs:" + _document("from jobs import *\nimport jobs")

LIBRARY_FAILURES = [
    ("`total([2, 3])` should equal `6`", "`total([2, 3])` is 5, not 6"),
    ("`total([2, 3]) == 5` should be `1`", "is True, not 1"),
    ("`1` should be `True`", "`1` is 1, not True"),
    ("`total([0.1, 0.2])` should be `0.3`", "is 0.30000000000000004, not 0.3"),
    ("`[1, 2]` should be `(1, 2)`", "is [1, 2], not (1, 2)"),
    ("`jobs.LyingInt(4)` should be `5`", "LyingInt(4), not 5"),
    ("`cheat([1])` should equal `[1]`", "AlwaysEqual([2]), not [1]"),
    ("`jobs.total` should be `5`", "whose value cannot be told"),
    ("`iter([1])` should be `[1]`", "whose value cannot be told"),
    ("`deep()` should be `[]`", "too large or nested too deeply"),
    ("`[1] * 1_000_000` should be `[]`", "too large or nested too deeply"),
    ("`total(None)` should be `5`", "raises TypeError ('NoneType' object is not iterable)"),
    ("`nothing` should be `5`", "raises NameError (name 'nothing' is not defined)"),
    ("`print_verdicts()` should be `5`", ""),
    ("`patch()` should be `5`", ""),
    ("`leave()` should be `5`", "ended the interpreter"),
    ("`hang()` should be `5`", "did not end within"),
    ("`exit(0)` should be `None`", "raises SystemExit (0)"),
    ('`total([1])` should raise "TypeError"', "raises nothing: it is 1"),
    (
        '`total([None])` should raise "ValueError"',
        "raises TypeError (a price is missing), not ValueError",
    ),
    (
        '`Book().find("x")` should raise "KeyError"',
        "raises UnknownRepairError (there is no x), not",
    ),
    ("for 50 random inputs, `sort_wrongly(xs) == sorted(xs)` should be true", "For xs = "),
    ("for 20 random inputs, `cheat(xs) == xs` should be true", "is AlwaysEqual("),
    ("for 20 random inputs, `total([n, m])` should be true", "not True"),
    ("for 20 random inputs, `1 / n > -5` should be true", "ZeroDivisionError"),
]


@pytest.mark.parametrize(("check", "message"), LIBRARY_FAILURES, ids=lambda v: v[:50])
async def test_library_check_fails_in_plain_words(
    products: Products, tmp_path: Path, check: str, message: str
) -> None:
    attempt = await play(
        products["job_library"], "job_library", tmp_path, IMPORTED, f"Then {check}"
    )

    assert attempt.verdict is Verdict.FAILED
    assert message in said(attempt)
    assert said(attempt)


async def test_program_that_stops_says_where(products: Products, tmp_path: Path) -> None:
    program = "Given this program runs:" + _document("from jobs import total\n\ntotal([None])")
    attempt = await play(
        products["job_library"], "job_library", tmp_path, program, "Then `1` should be `1`"
    )

    assert "raised TypeError (a price is missing) in line 3" in said(attempt)
    assert attempt.steps[1].verdict is Verdict.NOT_RUN


async def test_seed_of_a_property_is_written_down(products: Products, tmp_path: Path) -> None:
    attempt = await play(
        products["job_library"],
        "job_library",
        tmp_path,
        IMPORTED,
        "Then for 3 random inputs, `sort(xs) == sorted(xs)` should be true",
    )

    assert attempt.verdict is Verdict.PASSED
    assert "seed " in transcript(attempt, tmp_path)
    assert "3 inputs for xs" in transcript(attempt, tmp_path)
