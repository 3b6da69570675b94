"""Says at the top of the report what somebody who runs a shop wants to know first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backend.proof.manifest import counts
from backend.proof.report_checks import CheckView, Part
from backend.proof.report_words import counted
from backend.proof.results import CriterionResult, DataRun, Verdict
from backend.proof.statement import Approval

_ALWAYS_UNSHOWN = (
    "What no check asks for: only the sentences on this page were tried.",
    "Other browsers than the one named below, and many people at the same time.",
    "Whether somebody with bad intentions could break in.",
)


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something that waits for the reader: the check, and what to do about it."""

    check: CheckView
    text: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of the bar that shows how the checks ended, in thousandths of its length."""

    verdict: Verdict
    start: int
    width: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The first screen of the report."""

    counts: Mapping[str, int]
    total: int
    sealed: int
    headline: str
    bar: list[Share]
    fails: list[CheckView]
    needs: list[Need]
    asides: list[str]
    unshown: list[str]


def view_overview(parts: Sequence[Part], approvals: Sequence[Approval]) -> Overview:
    """Sum up the checks, and say what the approvals leave open."""
    accepted = accepted_by_name(approvals)
    is_covered = any(_is_acceptance(one) and one.blanket for one in approvals)
    checks = [check for part in parts for check in part.checks]
    results = [check.result for check in checks]
    found = counts(results)
    return Overview(
        counts=found,
        total=len(results),
        sealed=sum(result.holdout for result in results),
        headline=_headline(found, len(results)),
        bar=_bar(found, len(results)),
        fails=[
            check
            for check in checks
            if check.result.verdict in (Verdict.FAILED, Verdict.UNSTABLE, Verdict.NOT_RUN)
        ],
        needs=[
            Need(check=check, text=text)
            for check in checks
            if check.result.criterion not in accepted
            for text in _needs(check.result, is_covered=is_covered)
        ],
        asides=list(_asides(results)),
        unshown=[*_unshown(parts, results), *_ALWAYS_UNSHOWN],
    )


def _headline(found: Mapping[str, int], total: int) -> str:
    passed, failed = found[Verdict.PASSED.value], found[Verdict.FAILED.value]
    if total == 0:
        return "Nothing was checked, so nothing is proven."
    if passed == total:
        return "The one check holds." if total == 1 else f"All {total} checks hold."
    if failed and not passed:
        return f"{failed} of {counted(total, 'check')} {_do(failed)} not hold."
    return f"{passed} of {counted(total, 'check')} hold{'s' if passed == 1 else ''}."


def _do(number: int) -> str:
    return "does" if number == 1 else "do"


def _bar(found: Mapping[str, int], total: int) -> list[Share]:
    bar: list[Share] = []
    done = 0
    for verdict in Verdict:
        if number := found[verdict.value]:
            start = round(done * 1000 / total)
            done += number
            width = round(done * 1000 / total) - start
            bar.append(Share(verdict=verdict, start=start, width=width))
    return bar


def accepted_by_name(approvals: Sequence[Approval]) -> frozenset[str]:
    """Return the criteria that a person accepted by name."""
    return frozenset(
        criterion
        for approval in approvals
        if _is_acceptance(approval)
        for criterion in approval.criteria
    )


def _is_acceptance(approval: Approval) -> bool:
    return (approval.gate, approval.decision) == ("acceptance", "accept")


def _needs(result: CriterionResult, *, is_covered: bool) -> Iterator[str]:
    """Say what only a person can decide; what failed is not up for acceptance.

    A blanket acceptance covers what holds, never what was unstable or may look different.
    """
    if not result.verdict.has_held:
        return
    if result.verdict is Verdict.UNSTABLE:
        yield "It failed and then held. Accept it by name, or send it back."
    if result.changed_pictures:
        yield "It looks different from before. Accept the new look by name, or send it back."
    if result.renewed_pictures:
        yield (
            "The browser that takes pictures was renewed. Look whether it still looks right, and "
            "accept it by name, or send it back."
        )
    if is_covered:
        return
    if result.first_baselines:
        yield "This is the first picture of it: does it look right?"
    if "@critical" in result.tags:
        yield "You marked it as critical: look at its clip."


def _asides(results: Sequence[CriterionResult]) -> Iterator[str]:
    """Say what was tried beyond the checks themselves."""
    sealed = sum(result.holdout for result in results)
    if sealed:
        yield f"{counted(sealed, 'check')} {_was(sealed)} sealed: never shown to the builders."
    runs = [run for result in results for run in result.data_runs]
    if runs:
        held = sum(run.verdict is Verdict.PASSED for run in runs)
        yield f"{_runs_held(held, runs)} on data that the builders never saw."
    looks = [result.second_look for result in results if result.second_look]
    if looks:
        seen = sum(len(look.observations) for look in looks)
        said = counted(seen, "thing") if seen else "nothing"
        yield f"A second look at {counted(len(looks), 'check')} found {said} to mention."


def _runs_held(held: int, runs: Sequence[DataRun]) -> str:
    if held == len(runs):
        return "The one further run held" if held == 1 else f"All {held} further runs held"
    return f"{held} of {counted(len(runs), 'further run')} held"


def _unshown(parts: Sequence[Part], results: Sequence[CriterionResult]) -> Iterator[str]:
    """Say what this very proof leaves open."""
    for part in parts:
        if not part.checks:
            yield f"{part.requirement.id} {part.requirement.title}: no check of it was run."
    not_run = sum(result.verdict is Verdict.NOT_RUN for result in results)
    if not_run:
        yield f"{counted(not_run, 'check')} {'was' if not_run == 1 else 'were'} not run to an end."
    ran = [result for result in results if result.verdict is not Verdict.NOT_RUN]
    plain = sum(not result.data_runs for result in ran)
    if plain:
        yield f"{counted(plain, 'check')} {_was(plain)} tried on the shown data only."
    first = sum(bool(result.first_baselines) for result in results)
    if first:
        yield f"{counted(first, 'check')} {_have(first)} no earlier picture to compare with."


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"
