"""Checks that hold-outs are sealed and fair: nothing leaks, and nothing is asked by surprise."""

from collections.abc import Callable, Iterable

from backend.blueprints.blueprint import DataModel, Scenario, Step, StepKind
from backend.blueprints.findings import Findings
from backend.blueprints.house_style import labels_of, messages_of
from backend.blueprints.own_words import own_words

_RULE = "BP016"
_LEAK_CHARACTERS = 12  # shorter names are ordinary words
# Where an action names something that the product must have; the rest of its words are data.
_LABELS_OF_ACTIONS: dict[str, tuple[int, ...]] = {
    "A02": (0,), "A03": (0,), "A04": (0,), "A29": (0,), "A05": (0,), "A07": (0,), "A08": (1,),
    "A09": (0,), "A10": (0,), "A11": (1,), "A14": (0,), "A15": (0, 1), "A16": (0,),
    "A17": (0, 1), "A20": (0,), "A24": (0,),
}  # fmt: skip
_TEXTS_OF_CHECKS: dict[str, tuple[int, ...]] = {
    "C01": (0,), "C03": (0,), "C04": (0, 1), "C06": (0,), "C30": (0,), "C07": (0,), "C08": (0, 1),
    "C09": (0,), "C10": (0,), "C11": (0,), "C12": (0,), "C13": (0, 1), "C14": (0, 1), "C15": (0,),
    "C17": (0,), "C27": (0,),
}  # fmt: skip


def report_holdout_faults(
    scenarios: Iterable[Scenario], public_text: str, data: DataModel, findings: Findings
) -> None:
    """Blame leaked names and rows, and labels that nobody outside the seal has seen."""
    everything = list(scenarios)
    holdouts = [scenario for scenario in everything if scenario.is_holdout]
    if not holdouts:
        return
    labels, is_said = labels_of(data), messages_of(data)
    folded = public_text.casefold()
    public_lines = {line.strip() for line in folded.split("\n")}
    public_runs = {_fingerprint(s) for s in everything if not s.is_holdout}
    reported: set[int] = set()
    for scenario in holdouts:
        if _fingerprint(scenario) in public_runs:
            message = "A public scenario does the same, so the hold-out hides nothing."
            findings.error(_RULE, scenario.line, message, "Change its data or make it public.")
        if scenario.line not in reported and "#" not in scenario.criterion:
            _report_leak(scenario, folded, public_lines, findings)
        reported.add(scenario.line)
        _report_unfair(scenario, (public_text, labels, is_said), findings)


def _report_leak(
    scenario: Scenario, folded: str, public_lines: set[str], findings: Findings
) -> None:
    name = scenario.name.casefold()
    is_long = len(name) >= _LEAK_CHARACTERS and " " in name
    if name in public_lines or f"scenario: {name}" in public_lines or (is_long and name in folded):
        message = "The hold-out's name stands in the public part of the blueprint."
        findings.error(_RULE, scenario.line, message, "Reword one of the two.")


def _fingerprint(scenario: Scenario) -> tuple[object, ...]:
    steps = scenario.steps
    return tuple((s.expression, s.arguments, s.table, s.document) for s in steps)


def _report_unfair(
    scenario: Scenario,
    public: tuple[str, frozenset[str], Callable[[str], bool]],
    findings: Findings,
) -> None:
    public_text, labels, is_said = public
    own = own_words(scenario.steps)
    for step in scenario.steps:
        is_action = step.expression in _LABELS_OF_ACTIONS
        for text in _names_in(step):
            if text in labels or text in own or _stands_in(public_text, text):
                continue
            if is_action:
                message = (
                    "The hold-out uses a name that neither the public part nor the house style has."
                )
                remedy = "Name it in the requirement's prose, so that it can be built."
                findings.error(_RULE, step.line, message, remedy)
            elif not is_said(text):
                message = "The hold-out expects a text that the public part does not show."
                remedy = "Say it in the requirement's prose, if it is not the scenario's own data."
                findings.warning(_RULE, step.line, message, remedy)


def _names_in(step: Step) -> list[str]:
    if step.expression == "A06":
        return [row[0] for row in step.table or ()]
    table = _LABELS_OF_ACTIONS if step.kind is not StepKind.THEN else _TEXTS_OF_CHECKS
    positions = table.get(step.expression, ())
    names = [str(step.arguments[position]) for position in positions]
    roles = {"C04": 1, "A17": 1}
    return names[roles[step.expression] :] if step.expression == "C04" else names


def _stands_in(public_text: str, text: str) -> bool:
    """As a whole word: “Void” is not shown by “Avoid”."""
    start = public_text.find(text)
    while text and start >= 0:
        before = public_text[start - 1 : start]
        after = public_text[start + len(text) : start + len(text) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        start = public_text.find(text, start + 1)
    return False
