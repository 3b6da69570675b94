"""Asks axe-core what keeps people out of a page, and tells certain faults from doubts."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from playwright.async_api import Page

from backend.proof.apart import run_on_page
from backend.proof.oracle import Remark
from backend.proof.words import shorten

_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_FIND_BY_AXE = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const found = await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'incomplete']});
  const problem = (rule, kind, nodes) => ({kind, help: rule.help, parts: nodes.map(n => n.html)});
  const problems = found.violations.map(rule => problem(
    rule, ['serious', 'critical'].includes(rule.impact) ? 'grave' : 'slight', rule.nodes));
  // White on white is no violation for axe, only `incomplete`: two equal colours.
  const isEqual = node => [...node.any, ...node.all].some(
    check => (check.data || {}).messageKey === 'equalRatio');
  for (const rule of found.incomplete.filter(rule => rule.id === 'color-contrast')) {
    const same = rule.nodes.filter(isEqual), other = rule.nodes.filter(node => !isEqual(node));
    const help = 'Text must differ from its background';
    if (same.length) problems.push(problem({help}, 'grave', same));
    if (other.length) problems.push(problem(rule, 'open', other));
  }
  return problems;
}"""
_FIND = f"async () => {{ {_AXE}; return await ({_FIND_BY_AXE})(); }}"
_MOST_PARTS = 3
_REMEDIES = {
    "grave": "Mend the page; if you accept it as it is, let accessibility be reported only.",
    "slight": "It keeps few people out, so it does not decide.",
    "open": "A machine cannot tell here whether the text can be read: look at the picture.",
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What axe-core found by one of its rules: `grave`, `slight`, or `open` for a person's eyes."""

    kind: str
    help: str
    parts: tuple[str, ...]

    @property
    def words(self) -> str:
        """The rule and the first parts that break it."""
        shown = ", ".join(shorten(part) for part in self.parts[:_MOST_PARTS])
        more = len(self.parts) - _MOST_PARTS
        return f"{shorten(self.help)} ({shown}{f' and {more} more' if more > 0 else ''})"


async def find_problems(page: Page) -> list[Problem]:
    """Ask about the page as it is now; a page that is being replaced raises Playwright's error."""
    found: list[dict[str, Any]] = await run_on_page(page, _FIND)
    return [Problem(kind=one["kind"], help=one["help"], parts=tuple(one["parts"])) for one in found]


async def remark_on_accessibility(page: Page, path: str) -> list[Remark]:
    """Say what keeps people out of this page."""
    return [
        Remark(
            message=f"Not everybody can use the page {path}: {problem.words}. "
            f"{_REMEDIES[problem.kind]}",
            is_certain=problem.kind == "grave",
            topic="" if problem.kind == "grave" else f"{path} {problem.help}",
        )
        for problem in await find_problems(page)
    ]
