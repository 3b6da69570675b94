"""All rules on wording, in the order in which they may claim a word: the narrower rule first."""

from backend.blueprints.wording.alternatives import ALTERNATIVES
from backend.blueprints.wording.brackets import BRACKETS
from backend.blueprints.wording.comparatives import COMPARATIVES
from backend.blueprints.wording.conflicts import CONFLICTS
from backend.blueprints.wording.ears import EARS
from backend.blueprints.wording.escape_clauses import ESCAPE_CLAUSES
from backend.blueprints.wording.infinitives import INFINITIVES
from backend.blueprints.wording.measures import MEASURES
from backend.blueprints.wording.modals import MODALS
from backend.blueprints.wording.negatives import NEGATIVES
from backend.blueprints.wording.open_ends import OPEN_ENDS
from backend.blueprints.wording.passives import PASSIVES
from backend.blueprints.wording.pronouns import PRONOUNS
from backend.blueprints.wording.quantifiers import QUANTIFIERS
from backend.blueprints.wording.sentiments import SENTIMENTS
from backend.blueprints.wording.several_demands import SEVERAL_DEMANDS
from backend.blueprints.wording.smell import WordingRule
from backend.blueprints.wording.solutions import SOLUTIONS
from backend.blueprints.wording.terms import TERMS
from backend.blueprints.wording.times import TIMES
from backend.blueprints.wording.vague_words import VAGUE_WORDS

WORDING_RULES: tuple[WordingRule, ...] = (
    BRACKETS,
    ALTERNATIVES,
    ESCAPE_CLAUSES,
    OPEN_ENDS,
    INFINITIVES,
    NEGATIVES,
    MODALS,
    TIMES,
    COMPARATIVES,
    MEASURES,
    QUANTIFIERS,
    SENTIMENTS,
    VAGUE_WORDS,
    PRONOUNS,
    SOLUTIONS,
    TERMS,
    EARS,
    CONFLICTS,
    SEVERAL_DEMANDS,
    PASSIVES,
)
