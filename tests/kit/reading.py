"""Reads a product's pages as far as tests of its answers need it; the browser reads the rest."""

import re
from html import unescape


def text_of(html: str) -> str:
    """Return the text between the tags, each run of spaces as one."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def table(page: str) -> list[list[str]]:
    """Return the cells of the first table's body."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, flags=re.DOTALL)
    return [[text_of(c) for c in re.findall(r"<td.*?</td>", r, flags=re.DOTALL)] for r in rows]


def column(page: str, number: int = 0) -> list[str]:
    """Return one column of the first table's body."""
    return [row[number] for row in table(page)]


def errors(page: str) -> list[str]:
    """Return what the fields of a form say is wrong."""
    found = re.findall(r'<p class="error"[^>]*>(.*?)</p>', page, flags=re.DOTALL)
    return [text_of(text) for text in found]


def values(page: str) -> dict[str, str]:
    """Return a record's values by their labels."""
    pairs = re.findall(
        r'<span class="label"[^>]*>(.*?)</span>\s*<div class="value[^>]*>(.*?)</div>',
        page,
        flags=re.DOTALL,
    )
    return {text_of(label): text_of(value) for label, value in pairs}


def message(page: str) -> str:
    """Return what the page says was done."""
    found = re.search(r'role="status">(.*?)</p>', page, flags=re.DOTALL)
    return text_of(found[1]) if found else ""
