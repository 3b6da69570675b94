"""The kinds of product that can be ordered, and which steps each of them can answer."""

from enum import StrEnum


class ProductKind(StrEnum):
    """What sort of software a blueprint orders."""

    WEB_APP = "web app"
    HTTP_API = "http api"
    COMMAND_LINE = "command line"
    PYTHON_LIBRARY = "python library"


# Of the world, the actions and the checks that are mostly about pages: those that need none.
_MAIL = frozenset({"C29", "C34"})
_WITHOUT_BROWSER = frozenset({"W05", "W07", "W10", "W12", "A23"}) | _MAIL
_WITH_TRANSCRIPT = frozenset("HLB")
_ON_PAGES = frozenset("WACJ")
_FITTING: dict[ProductKind, tuple[frozenset[str], frozenset[str]]] = {
    # whole groups by their letter, then single steps
    ProductKind.WEB_APP: (_ON_PAGES | {"H"}, frozenset()),
    ProductKind.HTTP_API: (frozenset("H"), frozenset({"W05", "W07", "W10", "A23"}) | _MAIL),
    ProductKind.COMMAND_LINE: (frozenset("L"), frozenset({"W07", "W12", "A23"})),
    ProductKind.PYTHON_LIBRARY: (frozenset("B"), frozenset({"W07", "W12", "A23"})),
}
_REMEDIES = {
    ProductKind.WEB_APP: "Use the steps of pages and of HTTP",
    ProductKind.HTTP_API: "Use steps such as I send a GET request to “/api/repairs”",
    ProductKind.COMMAND_LINE: "Use steps such as I run `jobs list`",
    ProductKind.PYTHON_LIBRARY: "Use steps such as `total([2, 3])` should equal `5`",
}


def needs_browser(expression: str) -> bool:
    """Whether a step looks at pages, so that a window has to be open for it."""
    return expression[0] in _ON_PAGES and expression not in _WITHOUT_BROWSER


def leaves_transcript(expression: str) -> bool:
    """Whether a step's evidence is a text: what was sent or run, and what came back."""
    return expression[0] in _WITH_TRANSCRIPT


def fits(expression: str, kind: ProductKind) -> bool:
    """Whether a product of this kind can answer the step."""
    letters, others = _FITTING[kind]
    return expression[0] in letters or expression in others


def remedy_for(kind: ProductKind) -> str:
    """Say which steps fit a product of this kind."""
    return f"{_REMEDIES[kind]}, or change the line kind: at the top."
