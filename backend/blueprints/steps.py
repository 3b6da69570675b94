"""Binds plain steps to the vocabulary: one sentence, one expression, or a finding that helps."""

import re

from backend.blueprints import limits
from backend.blueprints.blueprint import FieldType, Step, StepKind
from backend.blueprints.declarations import Declarations
from backend.blueprints.field_values import fault_of_type, is_moment
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.people import fault_of_person, find_person
from backend.blueprints.product_kinds import ProductKind
from backend.blueprints.references import fault_of_page, fault_of_service, nearest_entity
from backend.blueprints.scenario_source import PlainStep
from backend.blueprints.service_answers import fault_of_answer
from backend.blueprints.sign_in import is_sign_in, report_no_sign_in
from backend.blueprints.step_arguments import fault_of_arguments
from backend.blueprints.suggestions import Suggestions, beyond
from backend.blueprints.vocabulary import Expression, Match, Vocabulary

_ENTITY_STEPS = {"W05", "W06"}
_PAGE_STEPS = {"W02", "C16"}
_PERSON_STEPS = {"W03", "A25", "A26"}
_PAIRS = 2
_LEAVE_OUT = "Leave the step out for now, or tag the scenario @wip."
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_MAY_BE_EMPTY = {"C12"}  # a table that should be empty
_HEADERLESS = {"A06", "C33", "H02"}
_OF_PAIRS = {"A06", "H02"}


class StepBinder:
    """Binds the steps of one blueprint against what it declares."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        declared: Declarations,
        findings: Findings,
        kind: ProductKind = ProductKind.WEB_APP,
    ) -> None:
        """Keep what every step is checked against; `kind` is the product's."""
        self._vocabulary = vocabulary
        self._declared = declared
        self._findings = findings
        self._matches: dict[str, tuple[Match, ...]] = {}
        self._suggestions = Suggestions(vocabulary, kind)

    def bind(self, step: PlainStep) -> Step | None:
        """Return the step with its expression and arguments, or None with a finding."""
        match = self._match(step)
        if match is None or not self._is_available(match.expression, step):
            return None
        self._check_kind(match.expression, step)
        if not self._has_its_argument(match.expression, step):
            return None
        arguments = self._checked_arguments(match, step)
        if arguments is None:
            return None
        return Step(
            expression=match.expression.id,
            kind=step.kind,
            text=step.text,
            line=step.line,
            arguments=arguments,
            table=tuple(row.cells for row in step.table) if step.table else None,
            document=step.document,
            document_type=step.document_type,
            concept=step.concept,
        )

    def _match(self, step: PlainStep) -> Match | None:
        if step.text not in self._matches:
            self._matches[step.text] = self._vocabulary.match(step.text)
        matches = self._matches[step.text]
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = ", ".join(f"`{match.expression.example}`" for match in matches)
            message = f"{quoted(step.text)} can be read in {len(matches)} ways."
            self._findings.error("BP004", step.line, message, f"Say it as one of: {names}.")
        else:
            self._report_unknown(step)
        return None

    def _report_unknown(self, step: PlainStep) -> None:
        if self._findings.has_error_at(step.line, "BP021"):
            return  # its quotes or spaces are blamed, and may be all that is wrong
        if is_sign_in(step.text):
            report_no_sign_in(step.text, step.line, self._findings)
            return
        subject = beyond(step.text)
        if subject:
            message = f"{quoted(step.text)} is about {subject}: that is not yet available."
            self._findings.error("BP004", step.line, message, _LEAVE_OUT)
            return
        message = f"{quoted(step.text)} is none of the steps that the guide lists."
        is_secret = self._findings.is_sealed(step.line)
        remedy = self._suggestions.remedy_for(step.text, is_secret=is_secret)
        self._findings.error("BP004", step.line, message, remedy)

    def _is_available(self, expression: Expression, step: PlainStep) -> bool:
        if not expression.is_available:
            message = f"{quoted(step.text)} is known, not yet available."
            self._findings.error("BP004", step.line, message, _LEAVE_OUT)
        return expression.is_available

    def _check_kind(self, expression: Expression, step: PlainStep) -> None:
        if step.kind in expression.kinds:
            return
        sort = "a check" if expression.kinds == {StepKind.THEN} else "an action"
        if StepKind.WHEN not in expression.kinds and StepKind.GIVEN in expression.kinds:
            sort = "a starting point"
        words = [k.value.capitalize() for k in StepKind if k in expression.kinds]
        belongs = " or ".join(words)
        remedy = f"Begin the line with {belongs}, where it belongs."
        message = f"{quoted(step.text)} is {sort} and cannot stand under {step.kind.capitalize()}."
        self._findings.error("BP006", step.line, message, remedy)

    def _has_its_argument(self, expression: Expression, step: PlainStep) -> bool:
        has_table, has_document = step.table is not None, step.document is not None
        fault = remedy = ""
        if has_table and has_document:
            fault, remedy = "has a table and a long text", "Keep one of the two."
        elif has_table and not expression.takes_table:
            fault, remedy = "takes no table", "Delete the table or choose another step."
        elif has_document and not expression.takes_document:
            fault, remedy = "takes no long text", "Delete the text or choose another step."
        elif expression.argument and not (has_table or has_document):
            wanted = "a table" if expression.takes_table else 'a long text between """'
            fault, remedy = f"needs {wanted} below it", f"Add {wanted} on the next line."
        if fault:
            self._findings.error("BP009", step.line, f"{quoted(step.text)} {fault}.", remedy)
            return False
        return not has_table or self._has_good_table(expression, step)

    def _has_good_table(self, expression: Expression, step: PlainStep) -> bool:
        rows = step.table or ()
        fault = remedy = ""
        if len(rows) > limits.TABLE_ROWS or len(rows[0].cells) > limits.TABLE_COLUMNS:
            fault, remedy = "The table is too large.", f"Keep it below {limits.TABLE_ROWS:,} rows."
        elif expression.id in _OF_PAIRS and len(rows[0].cells) != _PAIRS:
            fault, remedy = "The table needs two columns.", "One row a field: | Name | Ada |."
        elif expression.id == "C33" and len(rows[0].cells) != 1:
            fault, remedy = "The table needs one column.", "One row for each part to leave out."
        elif expression.id not in _HEADERLESS:
            names = rows[0].cells
            if "" in names or len(set(names)) < len(names):
                fault = "The table's header has an empty cell or the same column twice."
                remedy = "Give each column a name of its own."
            elif len(rows) == 1 and expression.id not in _MAY_BE_EMPTY:
                fault, remedy = "The table has a header and no rows.", "Add the rows."
        if fault:
            self._findings.error("BP012", rows[0].line, fault, remedy)
        return not fault

    def _checked_arguments(
        self, match: Match, step: PlainStep
    ) -> tuple[str | int | float, ...] | None:
        identity, arguments = match.expression.id, match.arguments
        if identity in _ENTITY_STEPS:
            entity = self._declared.entities.get(str(arguments[0]).lower())
            if entity is None:
                self._report_entity(str(arguments[0]), step)
                return None
            return (entity.name, *arguments[1:])
        word = str(arguments[0]) if arguments else ""
        rule, fault, remedy = "BP010", *self._fault_of_name(identity, word)
        if not fault:
            rule, fault, remedy = "BP009", *_fault_of_setting(identity, word)
        if fault:
            self._findings.error(rule, step.line, f"{quoted(word)} {fault}.", remedy)
            return None
        if identity == "W10" and not self._has_good_answer(int(arguments[1]), step):
            return None
        person = find_person(word, self._declared.people) if identity in _PERSON_STEPS else None
        if person is not None:
            return (person.key,)
        return arguments if self._takes(match, step) else None

    def _takes(self, match: Match, step: PlainStep) -> bool:
        """Check what HTTP, command-line and library steps are given."""
        found = fault_of_arguments(match.expression.id, match.arguments, step)
        if found is not None:
            message = f"{quoted(found.words)} {found.fault}."
            self._findings.error(found.rule, step.line, message, found.remedy)
        return found is None

    def _fault_of_name(self, identity: str, name: str) -> tuple[str, str]:
        if identity in _PAGE_STEPS:
            return fault_of_page(name, self._declared)
        if identity in _PERSON_STEPS:
            return fault_of_person(name, self._declared.people)
        if identity == "W10":
            return fault_of_service(name, self._declared)
        if identity == "A01" and not re.match(r"/(?!/)", name):
            return "is not an address inside the product", 'Begin it with one "/".'
        return "", ""

    def _has_good_answer(self, status: int, step: PlainStep) -> bool:
        fault, remedy = fault_of_answer(status, step.document_type)
        if fault:
            self._findings.error("BP009", step.line, f"{fault}.", remedy)
        return not fault

    def _report_entity(self, name: str, step: PlainStep) -> None:
        near = nearest_entity(name, self._declared)
        meant = f"Did you mean “{near}”? " if near else ""
        message = f"{quoted(name)} is no record of the data model."
        remedy = f"{meant}Use a heading below ## Data, or explain the word under ## Words."
        self._findings.error("BP010", step.line, message, remedy)


def _fault_of_setting(identity: str, value: str) -> tuple[str, str]:
    if identity == "W07" and not is_moment(value) and fault_of_type(FieldType.DATE, value):
        return "is not a date", 'Write it as "2026-03-02 09:00" or "2026-03-02".'
    if identity == "W09" and not _LANGUAGE.fullmatch(value):
        return "is not a language", 'Write it as "fr" or "fr-FR".'
    if identity == "C29" and fault_of_type(FieldType.EMAIL, value):
        return "is not an email address", 'Write it as "ada@example.com".'
    return "", ""
