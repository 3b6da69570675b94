"""Reads a product's source for two ways of cheating: knowing the prover or the answers."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from backend.blueprints.blueprint import Blueprint, Scenario, Step
from backend.blueprints.house_style import labels_of
from backend.builds.products import ReviewFinding
from backend.kit import files_of

TOOL = "source scan"
PROVER_RULE = "DW001"
SEALED_RULE = "DW002"
SHOWN_RULE = "DW003"

# What the program itself never needs, and what only matters to somebody who wants to know whether
# they are watched. A path of the sandbox is named whole: `/control` alone may be a page.
_PROVER_SIGNS = re.compile(
    r"\bwebdriver\b|HeadlessChrome|headless_?chrom|FAKETIME|\blibfaketime\b|/control/clock"
    r"|\bplaywright\b|\bpuppeteer\b|__pw[A-Z]\w+|\bAutomationControlled\b",
    re.IGNORECASE,
)
# Where examples belong, texts for people, and lists that tools wrote.
_EXAMPLE_FOLDERS = frozenset({"tests", "test", "fixtures", "examples", "docs"})
_SOURCE_ENDINGS = frozenset(
    {
        *(".py", ".pyi", ".sql", ".sh", ".toml", ".yaml", ".yml", ".json"),
        *(".js", ".mjs", ".ts", ".jsx", ".tsx", ".css", ".svg"),
        *(".html", ".htm", ".jinja", ".j2"),
    }
)
_GENERATED = re.compile(r"(^|/)[^/]*(\.min\.js|\.cdx\.json|lock\.json)$")

_SEEDING = "W05"
_FILLING = frozenset({"A05", "A08"})
_FILLING_TABLE = "A06"
_TYPING = "A12"
_ANYWHERE = ("the source", 0)
_SHORTEST = 3
# A sealed value that is a common word may stand in a source by chance; one of these kinds hardly.
_SHORTEST_TELLING = 8
_TELLING = re.compile(r"\w[@ ]\w|[A-Za-z]\d|\d[A-Za-z]|\d[.,:-]\d\d")
# The house style's own examples of how a date is written.
_EVERYWHERE = frozenset({"2026-03-12", "2026-03-12 14:30", "Yes", "No"})


def scan_source(files: Mapping[str, bytes], blueprint: Blueprint) -> list[ReviewFinding]:
    """Return what stands in the source that has no honest reason to.

    Signs of looking for the prover and values of sealed scenarios block; a value that a visible
    scenario shows is a warning. A theatre keeps playwrights: what its data model brings into the
    program is no sign in the lines that declare it, and one everywhere else.

    Findings go to the builder: a sealed value is never quoted, and where it stands is not said,
    which would be as good as quoting it.
    """
    shown = _values(blueprint.visible_scenarios) - _spoken_for(blueprint)
    public = _public_words(blueprint)
    declared = _declarations(blueprint)
    sealed = {
        value
        for value in _values(s for s in blueprint.scenarios if s.is_holdout)
        if value.casefold() not in public and _is_telling(value)
    }
    found: list[ReviewFinding] = []
    for path, text in _sources(files):
        found += _signs_of_the_prover(path, text, declared.get(path, frozenset()))
        for number, line in _spoken(path, text):
            found += _values_in_line((path, number), line, shown=shown, sealed=sealed)
    return list(dict.fromkeys(found))


def _signs_of_the_prover(path: str, text: str, declared: frozenset[str]) -> Iterator[ReviewFinding]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line not in declared and (sign := _PROVER_SIGNS.search(line)):
            yield _finding(
                (path, number),
                PROVER_RULE,
                f'"{sign[0]}" is of use only to a program that wants to know whether it is being '
                "proven; a product behaves the same for everybody",
                blocks=True,
            )


def _declarations(blueprint: Blueprint) -> dict[str, frozenset[str]]:
    """Return, for each file that declares the author's data, the lines that do it.

    A word alone would be no evidence, since who looks for the prover writes the same word; a line
    that follows from the data model, in its own place, says nothing that the data does not say.
    """
    return {path: frozenset(text.splitlines()) for path, text in files_of(blueprint.data).items()}


def _values_in_line(
    place: tuple[str, int], line: str, *, shown: set[str], sealed: set[str]
) -> Iterator[ReviewFinding]:
    if any(_stands_in(value, line) for value in sealed):
        yield _finding(
            _ANYWHERE,
            SEALED_RULE,
            "a value that only a sealed scenario uses stands in the program: it has to work with "
            "whatever its users write",
            blocks=True,
        )
    for value in sorted(shown):
        if _stands_in(value, line):
            yield _finding(
                place,
                SHOWN_RULE,
                f'the example "{value}" of a scenario stands in the program: make sure that it '
                "works with other data",
                blocks=False,
            )


def _finding(place: tuple[str, int], rule: str, message: str, *, blocks: bool) -> ReviewFinding:
    path, line = place
    return ReviewFinding(tool=TOOL, rule=rule, path=path, line=line, message=message, blocks=blocks)


def _sources(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for path, content in sorted(files.items()):
        place = PurePosixPath(path)
        if place.suffix not in _SOURCE_ENDINGS or _EXAMPLE_FOLDERS & set(place.parts[:-1]):
            continue
        if not _GENERATED.search(path):
            yield path, content.decode(errors="replace")


def _spoken(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Return the lines in which a value would be at work: of Python, only its texts."""
    if path.endswith((".py", ".pyi")):
        try:
            yield from _python_texts(ast.parse(text))
        except (SyntaxError, ValueError):  # ruff says so; here every line counts
            pass
        else:
            return
    yield from enumerate(text.splitlines(), start=1)


def _python_texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    described = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in described:
            continue
        if isinstance(node.value, str | bytes):
            value = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            yield node.lineno, value


def _values(scenarios: Iterable[Scenario]) -> set[str]:
    """Return the data that scenarios put in: what they load, fill in, choose and type."""
    return {
        value
        for scenario in scenarios
        for step in scenario.steps
        for value in _put_in(step)
        if len(value) >= _SHORTEST and _is_data(value)
    } - _EVERYWHERE


def _put_in(step: Step) -> Iterator[str]:
    if step.expression == _SEEDING:
        yield from (cell for row in (step.table or ())[1:] for cell in row)
    elif step.expression == _FILLING_TABLE:
        yield from (row[1] for row in step.table or () if len(row) > 1)
    elif step.expression in _FILLING:
        # "I select X from Y" names its value first, "I fill in X with Y" last.
        yield str(step.arguments[0 if step.expression == "A08" else -1])
    elif step.expression == _TYPING:
        yield str(step.arguments[0])


def _is_data(value: str) -> bool:
    """Tell data from bare numbers and small words, which stand in every program."""
    return any(character.isupper() for character in value) or bool(_TELLING.search(value))


def _is_telling(value: str) -> bool:
    return len(value) >= _SHORTEST_TELLING or bool(_TELLING.search(value))


def _spoken_for(blueprint: Blueprint) -> set[str]:
    """Return the words that the data model itself brings into the program."""
    words = set(labels_of(blueprint.data)) | {blueprint.name, blueprint.data.name}
    for entity in blueprint.data.entities:
        words |= {entity.name, entity.plural}
        for field in entity.fields:
            words |= {field.name, *field.choices, field.starts_as or ""}
            words |= {field.at_least or "", field.at_most or ""}
    return words


def _public_words(blueprint: Blueprint) -> str:
    """Return, in small letters, all that builders are shown."""
    said = [blueprint.introduction, *_spoken_for(blueprint)]
    said += [f"{part.title} {part.prose}" for part in blueprint.requirements]
    for scenario in blueprint.visible_scenarios:
        for step in scenario.steps:
            said += [step.text, step.document or ""]
            said += [cell for row in step.table or () for cell in row]
    return "\n".join(said).casefold()


def _stands_in(value: str, line: str) -> bool:
    if value not in line:
        return False
    return bool(re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", line))
