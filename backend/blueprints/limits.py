"""The sizes a blueprint may have, in one place, so that every input ends in bounded time."""

from typing import Final

SOURCE_BYTES: Final = 1_000_000
SOURCE_LINES: Final = 10_000
LINE_CHARACTERS: Final = 2_000
FRONT_MATTER_LINES: Final = 40
NAME_CHARACTERS: Final = 80
PRODUCT_NAME_CHARACTERS: Final = 120
BUDGET_DOLLARS: Final = 100_000

REQUIREMENTS: Final = 100
SCENARIOS: Final = 500  # a row of Examples counts as one
STEPS_PER_SCENARIO: Final = 200
STEPS: Final = 20_000  # after outlines and concepts are written out
CHARACTERS_PER_STEP: Final = 200  # longer texts count as more steps
CONCEPTS: Final = 100
TABLE_BARS: Final = 30_000  # | in the whole file
TABLE_ROWS: Final = 1_000  # in one table
TABLE_COLUMNS: Final = 50
CONCEPT_DEPTH: Final = 10

ENTITIES: Final = 40
FIELDS: Final = 60  # of one entity
CHOICES: Final = 50  # of one field
DECLARATIONS: Final = 500  # rows of Pages, Services, Words, Values, People or Roles

SERVICES: Final = 20  # each is a server of its own while scenarios run

PROSE_CHARACTERS: Final = 200_000  # whose wording is looked at
SENTENCE_CHARACTERS: Final = 1_500  # longer ones are lists without full stops
SMELLS: Final = 50  # of one rule on wording

FINDINGS: Final = 200
DOUBTS: Final = 50  # doubted names for which a likely one is looked up
REFUSALS: Final = 5  # rounds in which refused lines of one block are left out
SUGGESTED_STEPS: Final = 40  # unknown steps that are given the nearest three
