"""Keeps what the second looks of one run have found, so that each page is examined once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend.blueprints.blueprint import Scenario
from backend.blueprints.quality_checks import Bearing, Quality, QualityCheck
from backend.proof.evidence import EvidenceFolder
from backend.proof.oracle import Remark
from backend.proof.page_structure import PageName

_RUN = "second-look"

# A check, the page or the address that it was made of, and what tells two findings there apart.
Sight = tuple[QualityCheck, str, str]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Evidence of a finding, written once it is known which criterion answers for it."""

    kind: str
    suffix: str
    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found once and is told once, by whichever criterion comes first."""

    page: str
    remark: Remark
    pieces: tuple[Piece, ...] = ()


@dataclass(kw_only=True)
class LookBook:
    """One run of second looks: the rules, the pages accepted last, and what was found by whom.

    Each distinct page is examined once in a run, however many scenarios come by. `unfinished` are
    the criteria of which some page could not be looked at.
    """

    quality: Quality
    folder: Path
    accepted: Mapping[PageName, str] = field(default_factory=dict)
    found: dict[Sight, tuple[Found, ...]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    sights: dict[str, list[Sight]] = field(default_factory=dict)
    unfinished: set[str] = field(default_factory=set)

    def evidence_folder(self, scenario: Scenario) -> EvidenceFolder:
        """Return where the second look at a scenario leaves its evidence."""
        return EvidenceFolder(self.folder, criterion=scenario.criterion, attempt=1, run=_RUN)

    def note(self, sight: Sight, remarks: Iterable[Remark], *, page: str = "") -> None:
        """Keep what was found at a sight; nothing is an answer too."""
        self.found[sight] = tuple(Found(page=page or sight[1], remark=one) for one in remarks)

    def makes(self, check: QualityCheck) -> bool:
        """Whether anybody wants to know."""
        return self.quality.rule_of(check).bearing is not Bearing.IS_OFF

    def limit_of(self, check: QualityCheck) -> float:
        """Return the limit of a check that has one."""
        return self.quality.rule_of(check).limit or 0.0
