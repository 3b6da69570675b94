"""Compiles a blueprint: bytes in, values and findings out, and never an exception."""

import hashlib
from collections.abc import Mapping

import msgspec

from backend.blueprints.blueprint import Blueprint, DataModel, Finding, Requirement
from backend.blueprints.concepts import read_concepts
from backend.blueprints.coverage.gap import Covered
from backend.blueprints.coverage.report import report_coverage
from backend.blueprints.data_model import read_data_model
from backend.blueprints.declarations import Declarations, read_declarations
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.front_matter import FrontMatter, read_front_matter
from backend.blueprints.holdout_rules import report_holdout_faults
from backend.blueprints.markdown import Document, read_document
from backend.blueprints.measures import Measures, measure
from backend.blueprints.name_doubts import NameDoubts
from backend.blueprints.product_kinds import ProductKind
from backend.blueprints.public_text import make_public_text
from backend.blueprints.quality import read_quality
from backend.blueprints.references import pages_of
from backend.blueprints.remembered import fill_around, remembered_anywhere
from backend.blueprints.scenarios import Workshop, read_requirement
from backend.blueprints.sections import SectionKind
from backend.blueprints.slugs import make_slug
from backend.blueprints.source import Source, read_source
from backend.blueprints.steps import StepBinder
from backend.blueprints.value_exceptions import report_unused_exceptions
from backend.blueprints.values import Value, Values, read_values
from backend.blueprints.vocabulary import load_vocabulary
from backend.blueprints.wording.report import nouns_of, read_sentences, report_wording

_LONGEST_FILE_NAME = 200


class Compiled(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a blueprint.

    `digest` is the SHA-256 of the bytes. `public_text` is the source without its sealed scenarios,
    for whoever plans or builds; it is empty unless the blueprint is orderable, because an unread
    block could hide a sealed one. `measures` say how much of it can be checked and is proven.
    """

    blueprint: Blueprint | None
    findings: tuple[Finding, ...]
    digest: str
    orderable: bool
    public_text: str = ""
    values: tuple[Value, ...] = ()
    measures: Measures | None = None


def compile_blueprint(
    source: bytes, file: str, *, instead: Mapping[str, str] | None = None
) -> Compiled:
    """Read a blueprint, check it and bind its steps; `file` is the name that findings show.

    `instead` gives declared values by name other data than they show.
    """
    findings = Findings(_printable(file))
    digest = hashlib.sha256(source).hexdigest()
    text = read_source(source, findings)
    if text is None:
        return Compiled(
            blueprint=None, findings=findings.in_order(), digest=digest, orderable=False
        )
    front, end_line = read_front_matter(text, findings)
    document = read_document(text, end_line + 1, findings)
    name = front.name if front else "product"
    data = read_data_model(name, document.of(SectionKind.DATA), findings)
    declared = read_declarations(document, data, findings)
    values = read_values(document, findings, instead)
    kind = front.kind if front else ProductKind.WEB_APP
    shop = _open_workshop(text, document, (data, declared, values, kind), findings)
    requirements = _requirements(document, shop)
    scenarios = [scenario for requirement in requirements for scenario in requirement.scenarios]
    report_unused_exceptions(values, scenarios, findings)
    quality = read_quality(document, findings)
    public_text = _public_text(document, requirements, shop)
    blueprint = _blueprint(front, (data, declared), requirements, document, digest)
    orderable = not findings.has_errors
    if blueprint is not None:
        blueprint = msgspec.structs.replace(blueprint, quality=quality)
    _report_doubts(blueprint, document, declared, findings)
    return Compiled(
        blueprint=blueprint,
        findings=findings.in_order(),
        digest=digest,
        orderable=orderable,
        public_text=public_text if orderable else "",
        values=values.declared,
        measures=measure(blueprint) if blueprint else None,
    )


def _report_doubts(
    blueprint: Blueprint | None, document: Document, declared: Declarations, findings: Findings
) -> None:
    """Doubt the wording, and what scenarios leave out once all of them could be read."""
    if blueprint is None:
        return
    is_whole = not findings.has_errors
    sentences = tuple(read_sentences(document))
    report_wording(sentences, nouns_of(blueprint.data, declared, document), findings)
    if is_whole:
        report_coverage(Covered(blueprint, sentences), findings)


def _printable(file: str) -> str:
    kept = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in file)
    return kept[:_LONGEST_FILE_NAME] or "blueprint.md"


def _open_workshop(
    source: Source,
    document: Document,
    known: tuple[DataModel, Declarations, Values, ProductKind],
    findings: Findings,
) -> Workshop:
    data, declared, values, kind = known
    vocabulary = load_vocabulary()
    remembered = remembered_anywhere("\n".join(source.lines)) - values.names

    def fill(text: str, line: int) -> str:
        return fill_around(text, remembered, lambda part: values.fill(part, line))

    return Workshop(
        source=source,
        data=data,
        concepts=read_concepts(document, vocabulary, (declared.people, fill), findings),
        values=values,
        binder=StepBinder(vocabulary, declared, findings, kind),
        doubts=NameDoubts(data, _is_all(document, declared, findings), findings),
        findings=findings,
        kind=kind,
    )


def _is_all(document: Document, declared: Declarations, findings: Findings) -> bool:
    """Whether the product will have nothing but what the data section gives it."""
    sections = document.of(SectionKind.DATA)
    blamed = (findings.has_error_between(one.line, one.last_line) for one in sections)
    return not (declared.pages or declared.people) and not any(blamed)


def _requirements(document: Document, shop: Workshop) -> tuple[Requirement, ...]:
    sections = document.of(SectionKind.REQUIREMENT)
    _report_no_data(document, shop)
    if not sections:
        message = "The blueprint has no requirement."
        remedy = "Add a heading such as ## R1 Take in a repair, with a scenario below it."
        shop.findings.error("BP001", 1, message, remedy)
    lines: dict[str, int] = {}
    for section in sections:
        if section.id in lines:
            message = f"The id {quoted(section.id)} is taken by line {lines[section.id]}."
            shop.findings.error("BP008", section.line, message, "Give it a number of its own.")
        lines.setdefault(section.id, section.line)
    return tuple(read_requirement(section, shop) for section in sections)


def _report_no_data(document: Document, shop: Workshop) -> None:
    """Warn where records were meant and none are read: any other heading is prose."""
    if document.of(SectionKind.DATA) or shop.kind is not ProductKind.WEB_APP:
        return
    prose = document.of(SectionKind.PROSE)
    line = next((section.line for section in prose if section.has_bars), 1)
    message = "There is no ## Data section, so the product keeps no records."
    remedy = "Write the heading above your tables of fields exactly so: ## Data."
    shop.findings.warning("BP015", line, message, remedy)


def _public_text(document: Document, requirements: tuple[Requirement, ...], shop: Workshop) -> str:
    fences = [fence for section in document.sections for fence in section.fences]
    public_text = make_public_text(shop.source, fences, shop.sealed_lines)
    scenarios = [scenario for requirement in requirements for scenario in requirement.scenarios]
    report_holdout_faults(scenarios, public_text, shop.data, shop.findings)
    return public_text


def _blueprint(
    front: FrontMatter | None,
    known: tuple[DataModel, Declarations],
    requirements: tuple[Requirement, ...],
    document: Document,
    digest: str,
) -> Blueprint | None:
    if front is None:
        return None
    data, declared = known
    tags = [tag for r in requirements for s in r.scenarios for tag in s.tags]
    return Blueprint(
        name=front.name,
        slug=make_slug(front.name),
        kind=front.kind,
        budget_micros=front.budget_micros,
        digest=digest,
        data=data,
        introduction=document.sections[0].prose,
        requirements=requirements,
        pages=pages_of(declared),
        services=declared.services,
        people=declared.people,
        roles=declared.roles,
        risks=tuple(
            dict.fromkeys(t.removeprefix("@risk:") for t in tags if t.startswith("@risk:"))
        ),
    )
