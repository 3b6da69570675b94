"""What a blueprint says, as plain values that every later stage reads and none changes."""

from enum import StrEnum

import msgspec

from backend.blueprints.quality_checks import Quality


class FieldType(StrEnum):
    """What a field of the data model holds, in the words that authors write."""

    TEXT = "text"
    LONG_TEXT = "long text"
    WHOLE_NUMBER = "whole number"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATE_AND_TIME = "date and time"
    YES_NO = "yes/no"
    EMAIL = "email"
    PHONE = "phone"
    WEB_ADDRESS = "web address"
    CHOICE = "choice"
    LINK = "link"
    FILE = "file"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an entity's table; `at_least` and `at_most` stay as the author wrote them."""

    name: str
    type: FieldType
    required: bool = False
    unique: bool = False
    at_least: str | None = None
    at_most: str | None = None
    on_or_after_today: bool = False
    starts_as: str | None = None
    choices: tuple[str, ...] = ()
    links_to: str | None = None
    line: int = 0


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of record; its first field is the record's title."""

    name: str
    plural: str
    fields: tuple[Field, ...]
    line: int = 0


class DataModel(msgspec.Struct, frozen=True, kw_only=True):
    """The `## Data` section: all that the kit is given to build from."""

    name: str
    entities: tuple[Entity, ...] = ()


class StepKind(StrEnum):
    """Where in a scenario a step may stand."""

    GIVEN = "given"
    WHEN = "when"
    THEN = "then"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of a scenario, bound to exactly one expression of the vocabulary.

    `arguments` are the expression's parameters in order (strings, whole numbers or floats); an
    `{entity}` argument is the entity's name as the data model writes it, so `Repair`.
    `table` holds the rows of a data table as written, the header row first where there is one.
    """

    expression: str
    kind: StepKind
    text: str
    line: int
    arguments: tuple[str | int | float, ...] = ()
    table: tuple[tuple[str, ...], ...] | None = None
    document: str | None = None
    document_type: str | None = None
    concept: str | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """An acceptance criterion: what must hold, and the steps that show it.

    `criterion` is the id that runs through the works, such as `R1/a-repair-is-taken-in` or, for
    a row of an outline, `R1/a-price-is-refused#2`. `steps` begin with the background's.
    """

    criterion: str
    requirement: str
    name: str
    steps: tuple[Step, ...]
    tags: tuple[str, ...] = ()
    line: int = 0
    source: str = ""

    @property
    def is_holdout(self) -> bool:
        """Whether the builders must never see it."""
        return "@holdout" in self.tags

    @property
    def is_critical(self) -> bool:
        """Whether a person must see its proof."""
        return "@critical" in self.tags

    @property
    def is_visual(self) -> bool:
        """Whether it is compared with an approved picture."""
        return "@visual" in self.tags


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """A `## R1 Title` section with its prose and scenarios."""

    id: str
    title: str
    prose: str = ""
    scenarios: tuple[Scenario, ...] = ()
    line: int = 0


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `## People`; `cells` hold it by the table's headings, in small letters."""

    name: str
    role: str = ""
    email: str = ""
    cells: dict[str, str] = {}
    line: int = 0

    @property
    def key(self) -> str:
        """What steps mean by this person, however they say it."""
        return self.email or self.name


class Severity(StrEnum):
    """An error blocks the order; a warning or a piece of information never does."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What the linter says about one place: the rule, the fault and how to mend it."""

    file: str
    line: int
    rule: str
    severity: Severity
    message: str
    remedy: str


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    """A whole blueprint; `pages` maps a page to its path, `services` to what they are for.

    `people` may sign in by steps; `roles` are declared by name only: nothing serves them yet.
    """

    name: str
    slug: str
    kind: str
    budget_micros: int | None
    digest: str
    data: DataModel
    introduction: str = ""
    requirements: tuple[Requirement, ...] = ()
    pages: dict[str, str] = {}
    services: dict[str, str] = {}
    people: tuple[Person, ...] = ()
    roles: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    quality: Quality = Quality()

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Every scenario in the order of the document."""
        return tuple(s for r in self.requirements for s in r.scenarios)

    @property
    def visible_scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios that builders may see and run."""
        return tuple(s for s in self.scenarios if not s.is_holdout)
