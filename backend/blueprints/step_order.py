"""Checks the order of a scenario's steps, and that it ends in something that can be measured."""

from backend.blueprints.blueprint import Step, StepKind
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.product_kinds import needs_browser
from backend.blueprints.scenario_source import PlainStep, SourceScenario

_SHAPES_THE_BROWSER = {"W03", "W04", "W07", "W08", "W09"}
_OPENS_THE_BROWSER = {"W01", "W02", "A01"}
_ANSWERS_A_DIALOG = {"A18", "A19", "A28"}
_LOOKS_LIKE = {"C19", "C20", "C33"}
_DATE = "W07"
_CHANGES_THE_WINDOW = {"A25", "A26", "A27"}
_LOOKS_OUTSIDE = {"C29", "C34"}


def report_background(steps: tuple[PlainStep, ...], findings: Findings) -> None:
    """Blame steps of a background that do more than prepare."""
    for step in steps:
        if step.kind is not StepKind.GIVEN:
            message = "A Background may hold only Given steps."
            findings.error("BP006", step.line, message, "Move the step into the scenarios.")


def report_order(steps: tuple[PlainStep, ...], findings: Findings) -> None:
    """Blame Given steps that come late; When and Then may alternate."""
    before: StepKind | None = None
    has_begun = False
    for step in steps:
        if step.kind is not StepKind.GIVEN:
            has_begun = True
        elif has_begun and before is not StepKind.GIVEN:  # And lines below follow the first
            message = "A Given step stands after a When or a Then."
            findings.error("BP006", step.line, message, "Move it to the top, or write When.")
        before = step.kind


def report_bound_order(steps: tuple[Step, ...], findings: Findings) -> None:
    """Blame steps that shape an open browser, and answers to questions nobody asked."""
    is_open = False
    previous = ""
    has_pages = any(needs_browser(step.expression) for step in steps)
    windows = _Windows(findings)
    for step in steps:
        if step.expression in _SHAPES_THE_BROWSER and is_open:
            _report_late_shape(step, findings)
        if step.expression in _ANSWERS_A_DIALOG and not _may_ask(previous):
            message = "The step answers a question, but no action stands right above it."
            findings.error("BP006", step.line, message, "Put it right below the click that asks.")
        windows.follow(step)
        if step.expression in _CHANGES_THE_WINDOW:
            is_open = step.expression != "A25"
        else:
            if has_pages or needs_browser(step.expression):
                _report_nothing_open(step, is_open=is_open, findings=findings)
            is_open |= step.expression in _OPENS_THE_BROWSER or step.expression[0] in "AC"
        previous = step.expression


def _report_late_shape(step: Step, findings: Findings) -> None:
    message = "The step sets up the browser, but a page is open already."
    remedy = "Move it above the first page."
    if step.expression == "W03":
        remedy = 'Move it above the first page, or write "…" signs in in another window.'
    findings.error("BP006", step.line, message, remedy)


def _report_nothing_open(step: Step, *, is_open: bool, findings: Findings) -> None:
    if is_open or step.expression[0] not in "AC" or step.expression in _OPENS_THE_BROWSER:
        return
    if step.expression in _LOOKS_OUTSIDE:
        return
    message = "No page is open yet when this step comes, so it would find nothing."
    remedy = 'Open one first, such as Given the app is open or I am on the "…" page.'
    findings.warning("BP006", step.line, message, remedy)


class _Windows:
    """Follows who has which window."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._first = ""
        self._others: set[str] = set()

    def follow(self, step: Step) -> None:
        """Take one step into account; blame it when it means a window that is not there."""
        person = str(step.arguments[0]) if step.arguments else ""
        if step.expression == "W03":
            self._first = person
        elif step.expression == "A25":
            self._open(person, step.line)
        elif step.expression == "A26" and person not in self._others:
            message = f"{quoted(person)} has no other window when this step comes."
            remedy = f"Open it first: {quoted(person)} signs in in another window."
            if person == self._first:
                remedy = "For the first window write I switch back to my window."
            self._findings.error("BP006", step.line, message, remedy)

    def _open(self, person: str, line: int) -> None:
        if person in self._others:
            message = f"{quoted(person)} has another window already."
            remedy = f"Write I switch to the window of {quoted(person)}."
            self._findings.error("BP006", line, message, remedy)
        self._others.add(person)


def report_outcome(
    scenario: SourceScenario,
    steps: tuple[PlainStep, ...],
    judged: frozenset[int],
    findings: Findings,
) -> None:
    """Blame a scenario without a measured outcome: it would pass whatever happens."""
    if not steps:
        message, remedy = "The scenario has no steps.", "Add Given, When and Then, or delete it."
        findings.error("BP002", scenario.line, message, remedy)
    elif not any(s.kind is StepKind.THEN and s.line not in judged for s in steps):
        message = "The scenario ends without a Then that can be measured."
        findings.error("BP002", scenario.line, message, "Add what must be seen at the end.")


def report_pictures(scenario: SourceScenario, steps: tuple[Step, ...], findings: Findings) -> None:
    """Blame a picture without its tag or a fixed date, and a tag without a picture."""
    used = {step.expression for step in steps}
    is_visual = "@visual" in scenario.tag_names
    pictures = used & _LOOKS_LIKE
    if is_visual and not pictures:
        message = "The scenario is @visual but compares no picture."
        remedy = 'Add Then the page should look like "…", or delete the tag.'
        findings.error("BP017", scenario.line, message, remedy)
    elif is_visual and _DATE not in used:
        message = "The scenario is @visual but sets no date, so its picture changes every day."
        remedy = 'Begin it with Given the date is "2026-03-02 09:00".'
        findings.error("BP017", scenario.line, message, remedy)
    elif pictures and not is_visual:
        line = next(step.line for step in steps if step.expression in _LOOKS_LIKE)
        message = "The step compares a picture but the scenario is not @visual."
        findings.error("BP017", line, message, "Put @visual above the scenario.")


def _may_ask(previous: str) -> bool:
    return previous.startswith("A") and previous not in _ANSWERS_A_DIALOG | _CHANGES_THE_WINDOW
