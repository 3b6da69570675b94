"""All rules on coverage, in the order of their numbers."""

from backend.blueprints.coverage.fields import FIELD_RULES
from backend.blueprints.coverage.gap import CoverageRule
from backend.blueprints.coverage.pages import PAGES
from backend.blueprints.coverage.people import PEOPLE
from backend.blueprints.coverage.prohibitions import PROHIBITIONS
from backend.blueprints.coverage.sealing import SEALING
from backend.blueprints.coverage.sizes import SIZE_RULES
from backend.blueprints.coverage.varied_data import VARIED_DATA

COVERAGE_RULES: tuple[CoverageRule, ...] = (
    PROHIBITIONS,
    *FIELD_RULES,
    SEALING,
    *SIZE_RULES,
    PEOPLE,
    PAGES,
    VARIED_DATA,
)
