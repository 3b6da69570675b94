"""The closed list of tags, and what an author meant by one that is not on it."""

import difflib
import re
from collections.abc import Iterable

from backend.blueprints.findings import Findings, quoted
from backend.blueprints.scenario_source import SourceScenario, SourceTag

TAGS = {
    "@critical": "A person must see its proof before the product is accepted.",
    "@holdout": "Sealed: whoever builds the product never sees it.",
    "@visual": "Compared with a picture that a person approved.",
    "@risk:money": "Declares that money could be lost.",
    "@risk:privacy": "Declares that personal data could leak.",
    "@risk:access": "Declares that somebody could reach what is not theirs.",
    "@risk:data-loss": "Declares that records could be lost.",
    "@risk:safety": "Declares that somebody could be hurt.",
    "@judge": "Contains a step that is judged, not measured.",
    "@api": "Only HTTP steps.",
    "@cli": "Only command-line steps.",
    "@slow": "May take longer than others.",
    "@wip": "Not run and not counted yet.",
}
_RULE = "BP005"
# They prepare a scenario of any sort.
_NEUTRAL = {"W05", "W07", "W10", "W12", "A23"}
_LIST = f"Tags are: {', '.join(TAGS)}."


def report_tags(scenario: SourceScenario, findings: Findings) -> None:
    """Blame tags that are unknown, or that stand where they have no effect."""
    _report_unknown(scenario.tags, TAGS, findings)
    for examples in scenario.examples:
        _report_unknown(examples.tags, TAGS, findings)
        for tag in examples.tags:
            if tag.name in TAGS and tag.name != "@holdout":
                message = f"{tag.name} has no meaning above Examples."
                findings.error(_RULE, tag.line, message, "Put it above the scenario.")
    misplaced = re.search(r"(?:^|\s)(@[A-Za-z][\w:-]*)", scenario.name)
    if misplaced:
        message = f"The tag {misplaced.group(1)} stands in the scenario's name, where it is lost."
        findings.error(_RULE, scenario.line, message, "Put it on a line above the scenario.")


def report_tags_of_steps(
    scenario: SourceScenario, expressions: Iterable[str], findings: Findings
) -> None:
    """Blame @judge without a judged step, and @api and @cli beside steps of another sort."""
    used = set(expressions)
    fits = {
        "@judge": any(step.startswith("J") for step in used),
        "@api": _are_all_of("H", used),
        "@cli": _are_all_of("L", used),
    }
    for tag in scenario.tags:
        if used and not fits.get(tag.name, True):
            message = (
                f"{tag.name} does not fit: {TAGS[tag.name].lower().rstrip('.')} is not so here."
            )
            findings.error(_RULE, tag.line, message, "Delete the tag.")


def _are_all_of(letter: str, used: set[str]) -> bool:
    others = {step for step in used if not step.startswith(letter)}
    return others <= _NEUTRAL and others != used


def _report_unknown(tags: Iterable[SourceTag], known: Iterable[str], findings: Findings) -> None:
    for tag in tags:
        name = tag.name.rstrip(",;")
        if name != tag.name:
            message = f"The tag {quoted(name)} has {quoted(tag.name[len(name)])} behind it."
            findings.error(_RULE, tag.line, message, "Separate tags by spaces: @critical @slow.")
        if name not in known:
            near = difflib.get_close_matches(name.lower()[:40], list(known), 1)
            remedy = f"Did you mean {near[0]}?" if near else _LIST
            findings.error(_RULE, tag.line, f"The tag {quoted(name)} is unknown.", remedy)
