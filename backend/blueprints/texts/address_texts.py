"""Finds the texts that stand in addresses and in forms, where they are spelt with %20 and +."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from backend.blueprints.texts.pieces import Freedom, Piece
from backend.blueprints.texts.place_names import freedom_of, names_a_choice, names_text, takes_text

_PAIR = re.compile(r"([^&=]*)=([^&]*)")


def address_pieces(source: str) -> Iterator[Piece]:
    """Yield the parts of a path and the values of a query.

    A part of a path names a record or a route, and most values of a query name one or the other:
    alone they do not say that another text would do, but for whoever is greeted.
    """
    path, _, query = source.partition("?")
    for found in re.finditer(r"[^/]+", path):
        yield Piece(*found.span(), unquote(found[0]), Freedom.ALONG, write=_with_spaces_spelt)
    freedom = partial(_freedom_in_query, is_taken=takes_text(path))
    yield from _pairs(query, len(path) + 1, freedom)


def form_pieces(source: str) -> Iterator[Piece]:
    """Yield the values of a form that is sent."""
    return _pairs(source, 0, freedom_of)


def _freedom_in_query(_: str, key: str, *, is_taken: bool) -> Freedom:
    if names_a_choice(key):
        return Freedom.CLOSED
    return Freedom.FREE if is_taken and names_text(key) else Freedom.ALONG


def _pairs(source: str, offset: int, freedom: Callable[[str, str], Freedom]) -> Iterator[Piece]:
    for found in _PAIR.finditer(source):
        start, end = found.span(2)
        key, text = unquote_plus(found[1]), unquote_plus(found[2])
        write = quote_plus if "+" in found[2] else _with_spaces_spelt
        yield Piece(start + offset, end + offset, text, freedom(text, key), key, write)


def _with_spaces_spelt(text: str) -> str:
    return quote(text, safe="")
