"""Checks that look at the whole data model: names that meet, links that lead nowhere."""

import difflib

from backend.blueprints.blueprint import DataModel, Entity, Field, FieldType
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.house_style import FIXED_LABELS

_RULE = "BP023"
_RESERVED = {"home", "static", "health"}


def report_model_faults(model: DataModel, findings: Findings) -> None:
    """Blame what no product could serve."""
    _report_names(model, findings)
    for entity in model.entities:
        _report_links(entity, model, findings)
    _report_required_circles(model, findings)


def _report_names(model: DataModel, findings: Findings) -> None:
    taken: dict[str, Entity] = {}
    reserved = _RESERVED | {label.casefold() for label in FIXED_LABELS}
    for entity in model.entities:
        names = {entity.name.casefold(), entity.plural.casefold()}
        if names & reserved:
            message = f"A record cannot be called {quoted(entity.name)}: every product has that."
            findings.error(_RULE, entity.line, message, "Find another name.")
        for name in names & taken.keys():
            message = f"{quoted(entity.name)} and {quoted(taken[name].name)} share a name."
            remedy = "Singular and plural must differ from those of all other records."
            findings.error(_RULE, entity.line, message, remedy)
        taken.update(dict.fromkeys(names, entity))


def _report_links(entity: Entity, model: DataModel, findings: Findings) -> None:
    known = {other.name for other in model.entities}
    for field in entity.fields:
        if field.type is not FieldType.LINK or field.links_to in known:
            continue
        near = difflib.get_close_matches((field.links_to or "")[:40], known, 1, cutoff=0.5)
        meant = f"Did you mean link to {near[0]}? " if near else ""
        message = f"{quoted(field.name)} links to {quoted(field.links_to or '')}, which is missing."
        remedy = f"{meant}Write the heading's words exactly, or add ### {field.links_to}."
        findings.error(_RULE, field.line, message, remedy)


def _report_required_circles(model: DataModel, findings: Findings) -> None:
    """Blame circles of required links: no first record could ever be saved."""
    needs = {entity.name: _required_links(entity) for entity in model.entities}
    for entity in model.entities:
        for field in needs[entity.name]:
            if entity.name in _reachable(field.links_to or "", needs):
                message = (
                    f"{quoted(field.name)} is required and leads back to {quoted(entity.name)}: "
                    "no first record could be saved."
                )
                findings.error(
                    _RULE, field.line, message, "Leave one “required” of the circle out."
                )


def _required_links(entity: Entity) -> list[Field]:
    return [f for f in entity.fields if f.type is FieldType.LINK and f.required]


def _reachable(start: str, needs: dict[str, list[Field]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(field.links_to or "" for field in needs.get(name, ()))
    return seen
