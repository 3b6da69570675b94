"""Checks the records that a scenario puts in place, because a wrong one stops it at run time."""

from backend.blueprints.blueprint import DataModel, Entity, Field, FieldType, Step
from backend.blueprints.field_values import fault_of_value
from backend.blueprints.findings import Findings, quoted

_RULE = "BP011"
_SEED = "W05"
_NAMED_BY_TEXT = frozenset(
    {FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.WEB_ADDRESS, FieldType.CHOICE}
)


def report_seed_faults(steps: tuple[Step, ...], data: DataModel, findings: Findings) -> None:
    """Check every `these … exist` table of a scenario in order."""
    entities = {entity.name: entity for entity in data.entities}
    titles: dict[str, list[str]] = {}
    is_untouched = True  # after an action nobody can tell which records exist
    for step in steps:
        if not step.expression.startswith("W"):
            is_untouched = False
        if step.expression == _SEED and step.table:
            entity = entities[str(step.arguments[0])]
            table = _Table(step, entity, findings)
            if table.has_known_columns():
                table.report_rows(entities, titles if is_untouched else None)
                titles.setdefault(entity.name, []).extend(table.titles())


class _Table:
    def __init__(self, step: Step, entity: Entity, findings: Findings) -> None:
        self._line = step.line
        rows = step.table or ()
        self._columns, self._rows = rows[0], rows[1:]
        self._entity = entity
        self._fields = {field.name: field for field in entity.fields}
        self._findings = findings

    def titles(self) -> list[str]:
        title = self._entity.fields[0].name
        return [self._cells(row).get(title, "") for row in self._rows]

    def has_known_columns(self) -> bool:
        unknown = [name for name in self._columns if name not in self._fields]
        for name in unknown:
            message = f"The column {quoted(name)} is no field of {quoted(self._entity.name)}."
            remedy = f"Fields are: {', '.join(self._fields)}."
            self._findings.error(_RULE, self._line, message, remedy)
        return not unknown and bool(self._fields)

    def report_rows(self, entities: dict[str, Entity], titles: dict[str, list[str]] | None) -> None:
        for number, row in enumerate(self._rows, start=1):
            cells = self._cells(row)
            for field in self._entity.fields:
                fault = _fault(field, cells.get(field.name, ""))
                if not fault and titles is not None:
                    above = self.titles()[: number - 1]
                    fault = self._fault_of_link(field, cells, entities, (titles, above))
                if fault:
                    message = f"Row {number}: {quoted(field.name)} {fault}."
                    remedy = "Mend the cell, so that the record could be saved."
                    self._findings.error(_RULE, self._line, message, remedy)
        self._report_doubles()

    def _cells(self, row: tuple[str, ...]) -> dict[str, str]:
        return dict(zip(self._columns, row, strict=True))

    def _fault_of_link(
        self,
        field: Field,
        cells: dict[str, str],
        entities: dict[str, Entity],
        known: tuple[dict[str, list[str]], list[str]],
    ) -> str | None:
        wanted = cells.get(field.name, "")
        target = entities.get(field.links_to or "")
        if not wanted or target is None or target.fields[:1] == ():
            return None
        if target.fields[0].type not in _NAMED_BY_TEXT:
            return None  # its title is shown in another form than it is written
        titles, above = known
        candidates = titles.get(target.name, []) + (above if target is self._entity else [])
        count = candidates.count(wanted)
        if count == 1:
            return None
        said = "no record" if not count else f"{count} records"
        return f"names {said} {quoted(wanted)}; exactly one must stand above"

    def _report_doubles(self) -> None:
        for field in self._entity.fields:
            if not field.unique or field.name not in self._columns:
                continue
            filled = [text for row in self._rows if (text := self._cells(row)[field.name])]
            if len(set(filled)) < len(filled):
                message = f"Two rows have the same {quoted(field.name)}, which is unique."
                self._findings.error(_RULE, self._line, message, "Change one of them.")


def _fault(field: Field, value: str) -> str | None:
    if not value:
        has_start = field.starts_as is not None
        return "is required and empty" if field.required and not has_start else None
    if field.type is FieldType.LINK:
        return None
    fault = fault_of_value(field, value)
    return f"{fault}, not {quoted(value)}" if fault else None
