"""Whatever bytes come in: a finding or a blueprint, in bounded time, never an exception."""

import time

import pytest

from backend.blueprints.document import compile_blueprint
from tests.blueprints.drafts import (
    DATA,
    FRONT,
    SCENARIO,
    compiled,
    draft,
    errors,
    requirement,
    scenario,
)

MEGABYTE = 1_000_000
ROW = "| Ada | a@b.example |\n"

REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \n\t\n",
    "two bytes too many": b"x" * (MEGABYTE + 2),
    "five megabytes": b"x\n" * 2_500_000,
    "a NUL byte": draft().encode() + b"\x00",
    "latin-1": draft().replace("It keeps", "Caf\u00e9").encode("latin-1"),
    "UTF-16": draft().encode("utf-16"),
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "a Word file": b"PK\x03\x04" + b"\x14\x00" * 50,
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "surrogates": draft().encode() + b"\xed\xa0\x80",
    "a long line": (draft() + "x" * 5_000).encode(),
    "many lines": (draft() + "x\n" * 20_000).encode(),
}


@pytest.mark.parametrize("what", REFUSED)
def test_unreadable_file_is_refused_in_one_finding(what: str) -> None:
    result = compile_blueprint(REFUSED[what], "job-book.md")

    assert not result.orderable
    assert result.blueprint is None
    assert [f.rule for f in result.findings] == ["BP000"]
    assert result.findings[0].remedy


@pytest.mark.parametrize(
    "front",
    [
        "---\na: &a [x, x]\nb: &b [*a, *a]\nname: [*b, *b]\nkind: web app\n---\n",
        "---\nname: &n Job book\nkind: web app\n---\n",
        "---\nname: !!python/object/apply:os.system ['true']\nkind: web app\n---\n",
        "---\nname: !!binary aGk=\nkind: web app\n---\n",
        "---\nname: {a: {b: {c: d}}}\nkind: web app\n---\n",
        "---\n" + "[" * 1_000 + "\n---\n",
        "---\n" + "? " * 900 + "\n---\n",
        "---\n- name\n- kind\n---\n",
        "---\njust words\n---\n",
        '---\nname: "\\UFFFFFFFF"\nkind: web app\n---\n',
        '---\nname: "a\\ud800b"\nkind: web app\n---\n',
        "---\nname: 'open\nkind: web app\n---\n",
        "---\n---\n",
        "---\n\tname: x\n---\n",
        "---\nname: Job book\nkind: web app\n<<: *default\n---\n",
    ],
)
def test_clever_front_matter_is_refused(front: str) -> None:
    assert "BP019" in {f.rule for f in errors(draft(front=front))}


@pytest.mark.parametrize(
    "name", ["a\nb.md", "../../x.md", "\u202egpj.md", "x" * 5_000, "", "a\x00b"]
)
def test_hostile_file_name_is_made_printable(name: str) -> None:
    [found] = compile_blueprint(b"", name).findings

    assert found.file
    assert found.file.isprintable()
    assert len(found.file) <= 200


def _rows(count: int) -> str:
    return "".join(f"    | Ada {n} | a{n}@b.example |\n" for n in range(count))


def _many(count: int, block: str) -> str:
    return "\n".join(block.replace("NAME", f"S {n}") for n in range(count))


def _prose(unit: str) -> str:
    """Return a requirement with nearly a megabyte of such sentences."""
    line = (unit * (1_900 // len(unit)))[:1_900]
    return f"## R1 A\n{(line + chr(10)) * 480}\n```gherkin\n{SCENARIO}```\n"


SCENARIO_N = 'Scenario: NAME\n  Given the app is open\n  Then I should see "NAME"\n\n'
# each as near to a megabyte, or to a limit, as its shape allows
HEAVY: dict[str, str] = {
    "a data table of many rows": draft(data=DATA + "| a | b | c |\n" * 9_900),
    "a step table of many rows": draft(
        requirement(
            f"Scenario: A\n  Given these customers exist:\n    | Name | Email |\n{_rows(9_000)}"
            '  Then I should see "x"\n'
        )
    ),
    "many scenarios": draft(requirement(_many(1_900, SCENARIO_N))),
    "many blocks": draft(
        requirement(*[SCENARIO_N.replace("NAME", f"S {n}") for n in range(1_300)])
    ),
    "many requirements": draft("".join(f"## R{n} T\n" for n in range(1, 9_000))),
    "many headings": draft("## x\n" * 9_000),
    "many tags": draft(requirement("@critical " * 190 + "\n" + SCENARIO)),
    "many unknown steps": draft(
        requirement(
            *[
                scenario(*[f"When I do {n} {m}" for m in range(150)], name=f"S {n}")
                for n in range(60)
            ]
        )
    ),
    "an outline of many rows": draft(
        requirement(
            'Scenario Outline: A\n  Then I should see "<x>"\n  Examples:\n    | x |\n'
            + "    | y |\n" * 9_500
        )
    ),
    "an outline of long texts": draft(
        requirement(
            'Scenario Outline: A\n  Then the page should read:\n  """\n'
            + ("<x>" * 600 + "\n") * 450
            + '  """\n  Examples:\n    | x |\n'
            + "    | y |\n" * 499
        )
    ),
    "concepts that double each other": draft(
        requirement('Scenario: B\n  When I a0\n  Then I should see "x"\n'),
        requirement(
            "\n".join(f"Scenario: I a{n}\n" + f"  When I a{n + 1}\n" * 40 for n in range(9))
            + '\nScenario: I a9\n  When I press "x"\n',
            heading="## Concepts",
        ),
    ),
    "many concepts": draft(
        requirement(SCENARIO),
        requirement(
            _many(2_400, 'Scenario: I do NAME\n  When I press "x"\n\n'), heading="## Concepts"
        ),
    ),
    "many values": draft(
        requirement(SCENARIO),
        "## Values\n| value | kind | shown |\n| --- | --- | --- |\n"
        + "".join(f"| v{n} | = v1 * v2 | {n} |\n" for n in range(999)),
    ),
    "many words": draft(
        requirement(SCENARIO),
        "## Words\n| word | meaning |\n| --- | --- |\n"
        + "".join(f"| w{n} | Repair |\n" for n in range(999)),
    ),
    "many records": draft(
        data="## Data\n"
        + "".join(
            f"### Thing {n}\n| field | type |\n| --- | --- |\n| A | text |\n\n"
            for n in range(1_900)
        )
    ),
    "nested quotes": draft((">" * 1_900 + "\n") * 500),
    "nested lists": draft("".join(" " * n + "- a\n" for n in range(1_300))),
    "lists in quotes": draft("> - > - > - a\n" * 9_900),
    "half-open brackets": draft(("[" * 1_900 + "\n") * 500),
    "link definitions": draft("[a]: <b\n" * 9_900),
    "many fences": draft("```\n" * 9_900),
    "many tildes": draft(("~" * 1_900 + "\n") * 500),
    "html": draft("<div><!--\n" * 9_900),
    "tables without end": draft("| a |\n| - |\n\n" * 3_300, data="## Data\n"),
    "wide tables": draft(
        "|a" * 990 + "|\n" + "|-" * 990 + "|\n" + ("|b" * 900 + "|\n") * 400, data="## Data\n"
    ),
    "backslashes": draft(requirement(SCENARIO + '  And I should see "' + "\\" * 1_900 + '"\n')),
    "quotes": draft(requirement((SCENARIO + "  And I should see " + '"' * 1_900 + "\n") * 80)),
    "words": draft(requirement(scenario(*["When " + "a " * 900] * 190, 'Then I should see "x"'))),
    "many holdouts": draft(requirement(_many(490, "@holdout\n" + SCENARIO_N))),
    "sentences that count": draft(_prose("A shop has 3 days. A shop has 4 days. ")),
    "sentences full of doubts": draft(_prose("If it should be fast (must) a/b etc. ")),
    "conditions": draft(_prose("When a, mail. ")),
    "quotes in prose": draft(_prose('"')),
    "long sentences": draft(_prose("The " + "is not " * 200 + ". ")),
    "tabs": draft("\t" * 1_900 + "x\n" + ("\t" * 1_900 + "\n") * 400),
}


@pytest.mark.parametrize("shape", HEAVY)
def test_heavy_input_ends_soon(shape: str) -> None:
    source = HEAVY[shape].encode()
    assert len(source) <= MEGABYTE
    started = time.process_time()
    result = compile_blueprint(source, "heavy.md")

    assert time.process_time() - started < 4  # 2 s at most where measured, alone
    assert len(result.findings) <= 201


def test_error_floods_end_in_a_count() -> None:
    found = compiled(draft("##R2 x\n\n" * 4_000)).findings

    assert len(found) == 201


def test_blueprint_at_its_limits_is_accepted() -> None:
    blocks = [SCENARIO_N.replace("NAME", f"S {n}") for n in range(490)]

    assert compiled(draft(requirement(*blocks), front=FRONT)).orderable
