"""How scenarios are to be played, and what a watcher is told while they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from backend.blueprints.blueprint import Blueprint
from backend.proof.baselines import NONE_ACCEPTED, Baselines
from backend.proof.companion import MakeCompanions, no_companions
from backend.proof.early_stop import EarlyStop
from backend.proof.look_book import LookBook
from backend.proof.results import Attempt, Verdict

_ATTEMPTS = 2


class Recording(StrEnum):
    """Which attempts pictures and video are kept of; the verdicts are the same."""

    FULL = "full"
    PICTURES = "pictures"  # pictures of all, video only of the second
    FAILURES = "failures"  # only of the second attempt, which a failure is followed by
    NONE = "none"

    def keeps(self, attempt: int) -> bool:
        """Whether the attempt of this number, from 1, leaves evidence."""
        return self in _ALWAYS_KEPT or (self is Recording.FAILURES and attempt > 1)

    def films(self, attempt: int) -> bool:
        """Whether a video is a part of that evidence."""
        return self.keeps(attempt) and (self is not Recording.PICTURES or attempt > 1)


_ALWAYS_KEPT = frozenset({Recording.FULL, Recording.PICTURES})


@dataclass(frozen=True, kw_only=True)
class ScenarioProgress:
    """What a watcher is told: a scenario began (verdict None) or ended, after these attempts.

    `message` says why there are none.
    """

    criterion: str
    name: str
    verdict: Verdict | None
    done: int
    total: int
    attempts: tuple[Attempt, ...] = ()
    message: str = ""


Watcher = Callable[[ScenarioProgress], None]


@dataclass(frozen=True, kw_only=True)
class PlayOrder:
    """How scenarios are to be played.

    Evidence is written below `folder`. The pictures of look-like steps are compared with the
    `baselines`; one that has none is a first one. `tries` is how often a scenario is attempted as
    long as it does not pass, `lanes` how many are played at once, if not as many as the browser is
    set to; `companions` go along with each attempt. `looks` sees every page that is checked; such a
    play keeps no pictures but of failures. `earlier` are attempts of a criterion that the new ones
    follow. With `stop`, what rests on something that has failed already is not attempted at all.
    """

    blueprint: Blueprint
    folder: Path
    recording: Recording = Recording.FULL
    baselines: Baselines = field(default_factory=lambda: NONE_ACCEPTED)
    progress: Watcher | None = None
    tries: int = _ATTEMPTS
    lanes: int | None = None
    looks: LookBook | None = None
    companions: MakeCompanions = no_companions
    earlier: Mapping[str, tuple[Attempt, ...]] = field(default_factory=dict)
    stop: EarlyStop | None = None
