"""Checks the names in steps against what the blueprint declares and the house style offers."""

import difflib

from backend.blueprints.declarations import Declarations

# The first page, by the name that its link in the navigation has.
_HOME = "Home"


def pages_of(declared: Declarations) -> dict[str, str]:
    """Return the pages that have a path: the declared ones, and the first page."""
    plurals = {entity.plural for entity in declared.entities.values()}
    home = {} if _HOME in plurals else {_HOME: "/"}
    return home | declared.pages


def fault_of_page(name: str, declared: Declarations) -> tuple[str, str]:
    """Return the fault of a page's name and its remedy; empty when the name is good."""
    pages = pages_of(declared)
    if name in pages or (name.startswith("/") and not name.startswith("//")):
        return "", ""
    lists = {entity.plural for entity in declared.entities.values()}
    if name in lists:
        return "", ""
    known = [*pages, *sorted(lists)]
    near = difflib.get_close_matches(name[:80], known, 1, cutoff=0.5)
    meant = f"Did you mean “{near[0]}”? " if near else ""
    return "is no page", f"{meant}Name a list of the data model or declare it under ## Pages."


def nearest_entity(name: str, declared: Declarations) -> str | None:
    """Return the known word for a record that is most like this one."""
    near = difflib.get_close_matches(name[:80].lower(), list(declared.entities), 1, cutoff=0.65)
    return near[0] if near else None


def fault_of_service(name: str, declared: Declarations) -> tuple[str, str]:
    """Return the fault of a service's name and its remedy; empty when it is declared."""
    if name in declared.services:
        return "", ""
    near = difflib.get_close_matches(name[:80], list(declared.services), 1, cutoff=0.5)
    meant = f"Did you mean “{near[0]}”? " if near else ""
    remedy = f"{meant}Declare it below ## Services: a table of its name and what it is for."
    return "is no service", remedy
