"""Takes proof out of clean blueprints, and counts which of the gaps the rules on coverage find."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from backend.blueprints.coverage.catalogue import COVERAGE_RULES
from backend.blueprints.coverage.gap import Covered
from backend.blueprints.document import compile_blueprint
from backend.blueprints.findings import Findings
from backend.blueprints.markdown import read_document
from backend.blueprints.source import Source
from backend.blueprints.wording.report import read_sentences
from backend.blueprints.wording.sentences import Sentence

_REFUSAL = re.compile(r"@holdout\nScenario: .*?(?=\n```)", re.DOTALL)
_CRITICAL = re.compile(r"@critical\nScenario: .*?(?=\n\n@holdout|\n```)", re.DOTALL)
_SAVED = re.compile(r'(Then I should see the message "[^"]* saved"\n)(?:  And .*\n)+')
_FIRST_ROWS = re.compile(r"(?<=\n)\| field .*\n\| -.*\n(?:\|.*\n)+")
_RULES = re.compile("required|unique|at least|at most|today")

Inject = Callable[[str], str | None]
Gaps = dict[str, set[tuple[int, str]]]


def measure_gaps(paths: list[Path]) -> dict[str, tuple[int, int, list[str]]]:
    """Return for each rule how many gaps were made, how many found, and which were none."""
    figures: dict[str, tuple[int, int, list[str]]] = {}
    texts = {path.stem: path.read_text("utf-8") for path in paths}
    clean = {name: _gaps(text) for name, text in texts.items()}
    for rule, injectors in INJECTORS.items():
        injected = found = 0
        for name, changed in _made(rule, injectors, texts):
            injected += 1
            before = {message for _, message in clean[name][rule]}
            found += any(m not in before for _, m in _gaps(changed)[rule])
        wrong = [
            f"{name}: {message}"
            for name, text in texts.items()
            for _, message in clean[name][rule]
            if not _is_gap(rule, message, text)
        ]
        figures[rule] = (injected, found, wrong)
    return figures


def _made(
    rule: str, injectors: tuple[Inject, ...], texts: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield each blueprint that has the gap now, in each of the ways to make one."""
    for inject in injectors:
        for name, text in texts.items():
            changed = inject(text)
            if changed is not None and _makes_gap(rule, text, changed):
                yield name, changed


def _gaps(text: str) -> Gaps:
    compiled = compile_blueprint(text.encode(), "clean.md")
    if compiled.blueprint is None or not compiled.orderable:
        raise AssertionError(f"an injector broke the blueprint: {compiled.findings}")
    covered = Covered(compiled.blueprint, tuple(_sentences(text)))
    return {
        rule.rule.id: {(gap.line, gap.message) for gap in rule.find(covered)}
        for rule in COVERAGE_RULES
    }


def _sentences(text: str) -> Iterator[Sentence]:
    source = Source(text=text, lines=tuple(text.split("\n")))
    body = source.lines.index("---", 1) + 2
    yield from read_sentences(read_document(source, body, Findings("clean.md")))


def _makes_gap(rule: str, text: str, changed: str) -> bool:
    """Whether what was taken out was the only proof: another scenario may look at the field."""
    if rule not in {"BP202", "BP203"}:
        return True
    return bool(_unproven(rule, changed) - _unproven(rule, text))


def _unproven(rule: str, text: str) -> set[str]:
    """Return the fields, as messages write them, of which the text shows no proof."""
    rows = re.findall(r"^\| ([A-Z][^|]*?) +\|([^|\n]*)\|([^|\n]*)\|$", text, re.MULTILINE)
    names = [name for name, _, rules in rows if rule == "BP203" or _RULES.search(rules)]
    return {shown for shown in (f"“{name}”" for name in names) if _is_gap(rule, shown, text)}


def _is_gap(rule: str, message: str, text: str) -> bool:
    """Look at the plain text, by other means than the rule does, whether the gap is one."""
    names = re.findall("“([^”]+)”", message)
    if rule == "BP202":
        return f'"{names[0]}" should show the error' not in text
    if rule == "BP203":
        outcomes = re.findall(r"\n  Then .*?(?=\n\n|\n```)", text, re.DOTALL)
        return not any(f'"{names[0]}"' in one or f"| {names[0]} " in one for one in outcomes)
    return False


def _forbid(text: str) -> str | None:
    """Put a prohibition where all scenarios are positive: behind the second requirement's prose."""
    head, mark, tail = text.partition("\n## R2")
    forbidding = "Only the owner can delete it.\n\n```gherkin"
    return head + mark + tail.replace("```gherkin", forbidding, 1)


def _without_refusal(text: str) -> str | None:
    return _REFUSAL.sub("", text, count=1) if _REFUSAL.search(text) else None


def _without_outcomes(text: str) -> str | None:
    """Let the critical scenario end with its message, and let no table show the fields."""
    return _SAVED.sub(r"\1", text, count=1) if _SAVED.search(text) else None


def _with_unseen_field(text: str) -> str | None:
    """Let the first kind of record have one more field, which no scenario speaks of."""
    return _FIRST_ROWS.sub(lambda found: f"{found[0]}| Shelf mark | text | |\n", text, count=1)


def _unsealed(text: str) -> str | None:
    """Take the seal away and write the critical scenario three times more."""
    scenario = _CRITICAL.search(text)
    if scenario is None:
        return None
    copies = [scenario[0].replace("Scenario: ", f"Scenario: Again {n} ", 1) for n in range(3)]
    more = "\n\n".join([scenario[0], *copies])
    return text.replace(scenario[0], more, 1).replace("@holdout\n", "")


def _second_round(text: str) -> str | None:
    more = '  When I follow the "Home" link\n  Then I should see the link "Home"\n'
    return _SAVED.sub(lambda found: found[0] + more, text, count=1)


def _long(text: str) -> str | None:
    more = "".join(f'  And I should not see "{n}{n}{n}{n}"\n' for n in range(9, 20))
    return _SAVED.sub(lambda found: found[0] + more, text, count=1)


def _role(text: str) -> str | None:
    return f"{text}\n## Roles\n\n| role |\n| --- |\n| Auditor |\n"


def _on_no_phone(text: str) -> str | None:
    changed = _without_refusal(text)
    return None if changed is None or "I use a phone" in text else changed


INJECTORS: dict[str, tuple[Inject, ...]] = {
    "BP201": (_forbid,),
    "BP202": (_without_refusal,),
    "BP203": (_without_outcomes, _with_unseen_field),
    "BP204": (_unsealed,),
    "BP205": (_second_round,),
    "BP206": (_long,),
    "BP207": (_role,),
    "BP208": (_on_no_phone,),
    "BP209": (_without_outcomes,),
}
