"""The rules on structure as people read of them; the checks themselves stand where they belong."""

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule

_E, _W = Severity.ERROR, Severity.WARNING
# number, worst severity, what it blames, why, an example, what is better
_TABLE: tuple[tuple[str, Severity, str, str, str, str], ...] = (
    ("BP000", _E, "a file that cannot be read or is too large", "Nothing of it can be checked.",
     "a PDF", "plain text of at most 1 MB, saved as UTF-8"),
    ("BP001", _E, "a requirement without a scenario", "Nothing would prove it.",
     "## R4 Reports, and prose only", "## R4 Reports, and a scenario below it"),
    ("BP002", _E, "a scenario without a measured outcome", "It would pass whatever happens.",
     'it ends with When I press "Save"', 'it ends with Then I should see "Repair saved"'),
    ("BP003", _E, "a line in a scenario block that is no step, table, long text, tag or remark",
     "It would be passed over in silence.", "the user clicks Save", 'When I press "Save"'),
    ("BP004", _E, "a step that is unknown, ambiguous or not yet available", "Nobody can run it.",
     'When I smash "Save"', 'When I press "Save"'),
    ("BP005", _E, "a tag that is unknown, malformed or out of place", "It would have no effect.",
     "@Critical", "@critical"),
    ("BP006", _E, "steps in the wrong order or of the wrong kind, or before any page is open",
     "The scenario would not do what it says.", 'Given I should see "x"', 'Then I should see "x"'),
    ("BP007", _E, "an outline without rows, or <…> without a column", "It would run with gaps.",
     "a column qty that no step uses", "every column in a step, every <…> with a column"),
    ("BP008", _E, "a requirement's number or a scenario's name that is doubled or missing",
     "Verdicts could not be told apart.", "two R2", "R2 and R3"),
    ("BP009", _E, "a table, a long text or a date that is missing, doubled or not taken",
     "The step lacks what it works on.", "I fill in: without a table", "I fill in: with a table"),
    ("BP010", _E, "a page, a record, a word or a person that is not declared",
     "The step names what will not be there.", 'the "Repiars" page', 'the "Repairs" page'),
    ("BP011", _E, "rows that do not fit the data section", "They could not be put in place.",
     "a column Colour for repairs", "columns that are fields of a repair"),
    ("BP012", _E, "a table out of shape", "Cells would be lost in silence.",
     "a row without its last |", "as many cells in every row as in the first"),
    ("BP014", _E, "a scenario block that is hidden, unclosed, unlabelled, empty or out of place",
     "Its scenarios would never run.", "a block in a comment", "a block that begins ```gherkin"),
    ("BP015", _E, "a heading that is none or has no number, or a section that is missing",
     "Scenarios would belong to the wrong requirement.", "**R2 Collect**", "## R2 Collect"),
    ("BP016", _E, "a hold-out that leaks or is unfair", "It would test nothing, or a surprise.",
     "it clicks a “Void” nobody named", "a button that the requirement's prose names"),
    ("BP017", _E, "a picture without its tag or its date", "It would differ every day.",
     "a picture of today's list", 'Given the date is "2026-03-02 09:00"'),
    ("BP018", _E, "a gap that was left for later", "Nobody can build what is not decided.",
     "TBD", "the decision"),
    ("BP019", _E, "the lines at the top of the file", "They say what is built, and for how much.",
     "buget: 20", "budget: 20.00"),
    ("BP020", _E, "Feature:, Rule: or a language line in a block", "The heading is the rule.",
     "Rule: x", "## R3 x"),
    ("BP021", _E, "invisible signs, typographic quotes, a tab behind a keyword",
     "What looks right would not be found.", "I press “Save”", 'I press "Save"'),
    ("BP022", _E, "steps, rows, tags or headings behind #", "They look alive and are not.",
     "# Then …", "@wip above the scenario"),
    ("BP023", _E, "names, types and rules in the data section", "No product could serve them.",
     "link to Bike", "link to Bicycle"),
    ("BP024", _E, "a concept that uses itself, is doubled or does not fit", "It has no end.",
     "A uses B uses A", "a concept of steps"),
    ("BP025", _E, "a value that is not declared, declared twice or not of its kind",
     "Nothing could take its place.", "${bycicle}", "${bicycle}"),
    ("BP026", _E, "a step that no product of the ordered kind can answer", "It would always fail.",
     "a button of a command line", "a step of that kind, or another kind: on top"),
    ("BP027", _E, "a row under Quality that is unknown, doubled or lacks the unit of its limit",
     "The check would not be made as you mean it.", "page weight: 2", "page weight: 2 MB"),
    ("BP210", _W, "a name that the data section makes unlikely", "Most are slips of the pen.",
     'I fill in "Bicicle"', 'I fill in "Bicycle"'),
)  # fmt: skip

STRUCTURE_RULES = tuple(
    Rule(id=name, severity=severity, title=title, reason=reason, example=example, better=better)
    for name, severity, title, reason, example, better in _TABLE
)
