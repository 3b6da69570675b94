"""Checks the records that a scenario puts in place, because a wrong one stops it at run time."""

import difflib
from collections.abc import Iterable

from backend.blueprints.blueprint import DataModel, Entity, Field, FieldType, Step, StepKind
from backend.blueprints.field_values import fault_of_value
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.scenario_source import PlainStep
from backend.blueprints.sections import Row

_RULE = "BP011"
_SEED = "W05"
_NAMED_BY_TEXT = frozenset(
    {FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.WEB_ADDRESS, FieldType.CHOICE}
)


def report_seed_faults(
    steps: Iterable[tuple[PlainStep, Step | None]], data: DataModel, findings: Findings
) -> None:
    """Check every `these … exist` table of a scenario in order; an unbound step is None."""
    entities = {entity.name: entity for entity in data.entities}
    titles: dict[str, list[str]] = {}
    is_untouched = True  # after an action nobody can tell which records exist
    for plain, step in steps:
        if step is None or not step.expression.startswith("W"):
            is_untouched &= plain.kind is StepKind.GIVEN and step is None
        elif step.expression == _SEED and plain.table:
            entity = entities[str(step.arguments[0])]
            table = _Table(plain, plain.table, entity, findings)
            if entity.fields:  # else its fields are blamed already
                table.report_columns()
                table.report_rows(entities, titles if is_untouched else None)
            titles.setdefault(entity.name, []).extend(table.titles())


class _Table:
    def __init__(
        self, step: PlainStep, rows: tuple[Row, ...], entity: Entity, findings: Findings
    ) -> None:
        # The rows of a concept stand where it is defined, but what fills them comes with its use.
        self._line_of_use = step.line if step.concept else None
        self._header, self._rows = rows[0], rows[1:]
        self._entity = entity
        self._fields = {field.name: field for field in entity.fields}
        self._findings = findings

    def titles(self) -> list[str]:
        names = [field.name for field in self._entity.fields[:1]]
        return [self._cells(row).get(name, "") for row in self._rows for name in names]

    def report_columns(self) -> None:
        for name in self._header.cells:
            if name not in self._fields:
                near = difflib.get_close_matches(name[:80], list(self._fields), 1)
                meant = f"Did you mean {quoted(near[0])}? " if near else ""
                message = f"The column {quoted(name)} is no field of {quoted(self._entity.name)}."
                remedy = f"{meant}Fields are: {', '.join(self._fields)}."
                self._blame(self._header, message, remedy)

    def report_rows(self, entities: dict[str, Entity], titles: dict[str, list[str]] | None) -> None:
        for number, row in enumerate(self._rows):
            if self._findings.has_error_at(row.line, "BP012"):
                continue  # a row out of shape is blamed for that alone
            cells = self._cells(row)
            for field in self._entity.fields:
                message, remedy = self._fault_of_cell(field, cells.get(field.name, ""))
                if not message and titles is not None:
                    above = titles | self._with_rows_above(number, titles)
                    message, remedy = _fault_of_link(field, cells, entities, above)
                if message:
                    self._blame(row, message, remedy)
        self._report_doubles()

    def _fault_of_cell(self, field: Field, value: str) -> tuple[str, str]:
        fault = _fault(field, value)
        if not fault:
            return "", ""
        is_missing = not value and field.name not in self._header.cells
        is_misspelt = any(name not in self._fields for name in self._header.cells)
        if is_missing and is_misspelt:
            return "", ""  # the column that is no field may be meant as this one
        remedy = "Mend the cell." if value else "Fill in the cell."
        return f"{quoted(field.name)} {fault}.", "Add the column." if is_missing else remedy

    def _with_rows_above(self, number: int, titles: dict[str, list[str]]) -> dict[str, list[str]]:
        name = self._entity.name
        return {name: [*titles.get(name, []), *self.titles()[:number]]}

    def _blame(self, row: Row, message: str, remedy: str) -> None:
        self._findings.error(_RULE, self._line_of_use or row.line, message, remedy)

    def _cells(self, row: Row) -> dict[str, str]:
        return dict(zip(self._header.cells, row.cells, strict=True))

    def _report_doubles(self) -> None:
        for field in self._entity.fields:
            if not field.unique or field.name not in self._header.cells:
                continue
            seen: dict[str, int] = {}
            for row in self._rows:
                text = self._cells(row)[field.name]
                if text and text in seen:
                    said = f"{quoted(text)} stands in line {seen[text]} already"
                    message = f"{quoted(field.name)} is unique, but {said}."
                    self._blame(row, message, "Change one of the two.")
                seen.setdefault(text, row.line)


def _fault_of_link(
    field: Field, cells: dict[str, str], entities: dict[str, Entity], titles: dict[str, list[str]]
) -> tuple[str, str]:
    wanted = cells.get(field.name, "")
    target = entities.get(field.links_to or "")
    if not wanted or target is None or target.fields[:1] == ():
        return "", ""
    if target.fields[0].type not in _NAMED_BY_TEXT:
        return "", ""  # its title is shown in another form than it is written
    count = titles.get(target.name, []).count(wanted)
    if count == 1:
        return "", ""
    if count:
        message = f"{count} records of {quoted(target.name)} above are called {quoted(wanted)}."
        return message, "Give each a title of its own, so that it is clear which is meant."
    message = f"No {quoted(target.name)} called {quoted(wanted)} has been put in above this line."
    return message, f"Put it in with “these {target.plural.lower()} exist:”, or mend the spelling."


def _fault(field: Field, value: str) -> str | None:
    if not value:
        has_start = field.starts_as is not None
        return "is required and empty" if field.required and not has_start else None
    if field.type is FieldType.LINK:
        return None
    fault = fault_of_value(field, value)
    return f"{fault}, not {quoted(value)}" if fault else None
