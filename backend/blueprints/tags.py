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
    """Blame @judge, @api and @cli on scenarios whose steps are of another sort."""
    used = set(expressions)
    wanted = {"@judge": "J", "@api": "H", "@cli": "L"}
    for tag in scenario.tags:
        letter = wanted.get(tag.name)
        if letter and used and not any(step.startswith(letter) for step in used):
            message = (
                f"{tag.name} does not fit: {TAGS[tag.name].lower().rstrip('.')} is not so here."
            )
            findings.error(_RULE, tag.line, message, "Delete the tag.")


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
