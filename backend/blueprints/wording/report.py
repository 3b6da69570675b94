"""Reports doubtful wording: the sentence, the reason, a better wording, and never a flood."""

from collections.abc import Iterator, Sequence

from backend.blueprints import limits
from backend.blueprints.blueprint import DataModel, Severity
from backend.blueprints.declarations import Declarations
from backend.blueprints.findings import Findings
from backend.blueprints.markdown import Document
from backend.blueprints.rule import Rule
from backend.blueprints.sections import Prose, Section, SectionKind
from backend.blueprints.wording.conditions import is_demand
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import excerpt
from backend.blueprints.wording.sentences import Sentence, sentences_of
from backend.blueprints.wording.smell import Smell
from backend.blueprints.wording.smells import smells_in

# Of each rule; the last one says how many more there are.
_SHOWN = {Severity.WARNING: 3, Severity.INFO: 1}


def report_wording(every: Sequence[Sentence], nouns: Nouns, findings: Findings) -> None:
    """Doubt sentences, but for those that are blamed already."""
    sentences = [one for one in every if not _is_blamed(one, findings)]
    by_rule: dict[str, tuple[Rule, list[Smell]]] = {}
    for found, smell in smells_in(sentences, nouns):
        by_rule.setdefault(found.rule.id, (found.rule, []))[1].append(smell)
    for rule, smells in by_rule.values():
        smells.sort(key=lambda smell: smell.sentence.line_at(smell.start))
        shown = smells[: _SHOWN[rule.severity]]
        for smell in shown[:-1]:
            _report(rule, smell, "", findings)
        _report(rule, shown[-1], _more(smells[len(shown) :]), findings)


def nouns_of(data: DataModel, declared: Declarations, document: Document) -> Nouns:
    """Gather what the blueprint declares by name."""
    words = [
        row.cells[0].lower()
        for section in document.of(SectionKind.WORDS)
        for table in section.tables
        for row in table.rows
    ]
    people = (person.name for person in declared.people)
    names = (*declared.pages, *declared.services, *people, *declared.roles)
    return Nouns(data, frozenset([*words, *(name.lower() for name in names)]))


def read_sentences(document: Document) -> Iterator[Sentence]:
    """Yield the sentences that wording rules look at, as far as the limit goes."""
    left = limits.PROSE_CHARACTERS
    for section in document.sections:
        for sentence in _of_section(section):
            left -= len(sentence.text)
            if left < 0:
                return
            if len(sentence.text) <= limits.SENTENCE_CHARACTERS:
                yield sentence


def _of_section(section: Section) -> Iterator[Sentence]:
    if section.kind not in {SectionKind.INTRODUCTION, SectionKind.REQUIREMENT}:
        return
    for part in section.parts:
        if isinstance(part, Prose):
            for sentence in sentences_of(part, section.id):
                if section.id or is_demand(sentence):  # an introduction tells a story
                    yield sentence


def _is_blamed(sentence: Sentence, findings: Findings) -> bool:
    last_line = sentence.line_at(len(sentence.text))
    return findings.has_error_between(sentence.line, last_line)


def _report(rule: Rule, smell: Smell, more: str, findings: Findings) -> None:
    said = findings.info if rule.severity is Severity.INFO else findings.warning
    sentence = excerpt(smell.sentence.text, smell.start, smell.end)
    words = " ".join(smell.words.split())
    message = f"In {sentence} “{words}” {smell.reason}.{more}"
    said(rule.id, smell.sentence.line_at(smell.start), message, smell.better)


def _more(rest: list[Smell]) -> str:
    if not rest:
        return ""
    lines = sorted({smell.sentence.line_at(smell.start) for smell in rest})
    where = ", ".join(map(str, lines[:5])) + (" …" if len(lines) > 5 else "")  # noqa: PLR2004 - room
    return f" And {len(rest)} more of this sort: line {where}."
