"""Doubts names in steps that the data section makes implausible: most are slips of the pen."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from backend.blueprints import limits
from backend.blueprints.blueprint import DataModel, Field, FieldType, Step
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.house_style import (
    clickable_of,
    errors_of,
    fields_by_name,
    headings_of,
    table_columns,
)
from backend.blueprints.own_words import own_words

_RULE = "BP210"
_ALIKE = 0.75  # nearer than this, a name that is none is taken for a slip
_BEYOND = "what the data section does not give needs a language model"
_ALSO_FIELDS = {"Search", "CSV file"}
_NUMBERED = re.compile(r"(.+) (?:[0-9]+|\(no\. [0-9]+\))")
_CLICKS = {"A02": 0, "A03": 0, "A14": 0, "A16": 0, "A17": 0, "A20": 0, "A24": 0}
_FILLS = {"A05": 0, "A07": 0, "A08": 1, "A09": 0, "A10": 0, "A11": 1}
_TABLES = {"C10", "C11", "C12", "C13", "C14", "C31"}
_WITH_COLUMNS = {"C11", "C12", "C31"}
_PICKED = {FieldType.CHOICE, FieldType.LINK}
_WAYS = {
    FieldType.CHOICE: "select … from",
    FieldType.LINK: "select … from",
    FieldType.YES_NO: "tick",
    FieldType.FILE: "upload … to",
}
_WRONG_WAYS = {
    "A05": set(_WAYS),
    "A08": set(FieldType) - _PICKED,
    "A09": set(FieldType) - {FieldType.YES_NO},
    "A10": set(FieldType) - {FieldType.YES_NO},
    "A11": set(FieldType) - {FieldType.FILE},
}


@dataclass
class NameDoubts:
    """Looks at the names in scenarios; `is_all` says that there is nothing beside the data."""

    data: DataModel
    is_all: bool
    findings: Findings
    _said: set[tuple[str, str]] = field(default_factory=set)
    _looked_up: dict[tuple[str, frozenset[str]], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Work the house style's names out once."""
        names = {f.name for e in self.data.entities for f in e.fields}
        self._fields = frozenset(_ALSO_FIELDS | names)
        self._by_name = fields_by_name(self.data)
        self._kinds = {entity.name for entity in self.data.entities}
        self._columns = table_columns(self.data)
        self._clickable = frozenset(clickable_of(self.data))
        self._headings = frozenset(headings_of(self.data))

    def report(self, steps: Iterable[Step]) -> None:
        """Look at one scenario; what it fills in itself is never doubted."""
        if not self.data.entities:
            return
        own = own_words(steps)
        for step in steps:
            for check in _CHECKS:
                check(self, step, own)

    def doubt_fields(self, step: Step, own: set[str]) -> None:
        """Doubt a field that no form has: forms have those of the data section."""
        names = [str(step.arguments[_FILLS[step.expression]])] if step.expression in _FILLS else []
        if step.expression == "A06":
            names = [row[0] for row in step.table or ()]
        for name in names:
            if name not in self._fields and not name.startswith("Remove "):
                self._doubt(step, name, "field", self._fields, is_closed=self.is_all)
            else:
                self._doubt_way(step, name)
        if step.expression in {"C06", "C30", "C08"}:
            name = str(step.arguments[0])
            if name not in self._fields | own:
                self._doubt(step, name, "field", self._fields)

    def _called(self, name: str) -> list[Field]:
        """Return the fields of this name, or none if one of them is blamed for itself."""
        fields = self._by_name.get(name, [])
        is_blamed = any(self.findings.has_error_at(one.line) for one in fields)
        return [] if is_blamed else fields

    def _doubt_way(self, step: Step, name: str) -> None:
        types = {f.type for f in self._called(name)}
        if not types or not types <= _WRONG_WAYS.get(step.expression, set()):
            return
        kind = min(types)
        what = "link to another record" if kind is FieldType.LINK else kind.value
        message = f"{quoted(name)} is a {what}, which is filled in another way."
        way = _WAYS.get(kind, "fill in … with").replace("…", '"…"')
        self._say(step, message, f"Write it as: I {way} {quoted(name)}.")

    def doubt_choices(self, step: Step, _: set[str]) -> None:
        """Doubt a choice that its rule does not name; a filter has also All."""
        if step.expression != "A08":
            return
        value, name = map(str, step.arguments)
        called = self._called(name)
        choices = {choice for f in called for choice in f.choices}
        is_known = value in {*choices, "", "All"}
        if choices and {f.type for f in called} == {FieldType.CHOICE} and not is_known:
            message = f"{quoted(value)} is no choice of {quoted(name)}."
            near = self._near(value, choices)
            remedy = f"Did you mean {quoted(near[0])}?" if near else ""
            self._say(step, message, remedy or f"Choices are: {', '.join(sorted(choices))}.")

    def doubt_errors(self, step: Step, _: set[str]) -> None:
        """Doubt an error that does not follow from the field's type and rules."""
        if step.expression != "C08":
            return
        name, text = (" ".join(str(argument).split()) for argument in step.arguments)
        known = [error for f in self._called(name) for error in errors_of(f)]
        if known and not any(text in error for error in known):
            message = f"{quoted(name)} never says {quoted(text)}."
            near = self._near(text, known, cutoff=0.5)
            said = quoted(near[0] if near else known[0])
            self._say(step, message, f"By its type and rules it says, for one, {said}.")

    def doubt_tables(self, step: Step, _: set[str]) -> None:
        """Doubt a table that is no list and no table of related records, and its columns."""
        if step.expression not in _TABLES:
            return
        name = str(step.arguments[0])
        columns = self._columns.get(name)
        if columns is None:
            self._doubt(step, name, "table", set(self._columns), is_closed=self.is_all)
            return
        names = list((step.table or ((),))[0]) if step.expression in _WITH_COLUMNS else []
        names += [str(step.arguments[1])] if step.expression in {"C13", "C14"} else []
        for column in names:
            if columns and column not in columns:
                near = self._near(column, columns)
                meant = f"Did you mean {quoted(near[0])}? " if near else ""
                message = f"The table {quoted(name)} has no column {quoted(column)}."
                hidden = "Long texts and files are not shown in lists. "
                remedy = meant or (hidden if column in self._fields else "")
                self._say(step, message, f"{remedy}Columns are: {', '.join(sorted(columns))}.")

    def doubt_clicks(self, step: Step, own: set[str]) -> None:
        """Doubt a button, link or heading that is nearly one of the house style's."""
        roles = {"button": self._clickable, "link": self._clickable, "heading": self._headings}
        if step.expression in _CLICKS:
            name, known = str(step.arguments[_CLICKS[step.expression]]), self._clickable
        elif step.expression in {"C04", "C05"} and step.arguments[0] in roles:
            name, known = str(step.arguments[1]), roles[str(step.arguments[0])]
        else:
            return
        if name not in known | own | self._clickable | self._headings:
            self._doubt(step, name, "button, link or heading", known)

    def doubt_messages(self, step: Step, own: set[str]) -> None:
        """Doubt a message that is nearly one of the house style's."""
        if step.expression not in {"C09", "C32"}:
            return
        text = str(step.arguments[0])
        names = [entity.name for entity in self.data.entities]
        known = {f"{name} {done}" for name in names for done in ("saved", "deleted")}
        if text not in own and not any(text in message for message in known):
            self._doubt(step, text, "message", known)

    def _doubt(
        self, step: Step, name: str, sort: str, known: Iterable[str], *, is_closed: bool = False
    ) -> None:
        """Say what may be meant; without a likely word only where nothing else can be."""
        numbered = _NUMBERED.fullmatch(name)
        if numbered and (numbered.group(1) in self._kinds or name.endswith(")")):
            return  # the name of a record without a title, or of one with another's
        near = self._near(name, known, cutoff=0.6 if is_closed else _ALIKE)
        message = f"The product will have no {sort} {quoted(name)}."
        if near:
            self._say(step, message, f"Did you mean {quoted(near[0])}? Otherwise: {_BEYOND}.")
        elif is_closed and not self.findings.is_sealed(step.line):  # BP016 looks at those
            self._say(step, message, f"Mend the name; {_BEYOND}.")

    def _near(self, name: str, known: Iterable[str], *, cutoff: float = 0.6) -> list[str]:
        """Return the known name that is most like this one; only so many are looked up."""
        key = (name, frozenset(known))
        if key not in self._looked_up and len(self._looked_up) < limits.DOUBTS:
            ordered = sorted(key[1])
            same = [one for one in ordered if one.casefold() == name.casefold()]
            close = difflib.get_close_matches(name[:120], ordered, 1, cutoff=cutoff)
            self._looked_up[key] = same[:1] or close
        return self._looked_up.get(key, [])

    def _say(self, step: Step, message: str, remedy: str) -> None:
        """Warn once for each line, and once for a concept however often it is used."""
        if step.concept and (step.text, message) in self._said:
            return
        self._said.add((step.text, message))
        self.findings.warning(_RULE, step.line, message, remedy)


_CHECKS: tuple[Callable[[NameDoubts, Step, set[str]], None], ...] = (
    NameDoubts.doubt_fields,
    NameDoubts.doubt_choices,
    NameDoubts.doubt_errors,
    NameDoubts.doubt_tables,
    NameDoubts.doubt_clicks,
    NameDoubts.doubt_messages,
)
