"""The written rule by which a place is left out: decided by reading, never by what a proof said.

A defect counts where the blueprint or the house style promises what it breaks. So three sorts of
places are left out, before anything is run: what this data model never reaches, what no sentence of
the vocabulary can see or say, and what only the works itself calls.
"""

from collections.abc import Mapping

from backend.blueprints.blueprint import DataModel, Field, FieldType

ALWAYS = "always"

# Functions by file; those that are not named are left out, for the reason beside the file.
FUNCTIONS: Mapping[str, Mapping[str, str]] = {
    # Left out: characters that nobody can type, a choice or a link that the form never offers, how
    # a note of several lines is tidied.
    "app/fields.py": {
        "Field.read": ALWAYS,
        "Field.clean": ALWAYS,
        "Field.check_bounds": "bounds",
        "Field.show": ALWAYS,
        "Field.default": "defaults",
        "WholeNumber.parse": "whole number",
        "Number.parse": "number",
        "Number.show": "number",
        "Money.parse": "money",
        "Money.size": "money",
        "Money.show": "money",
        "Date.parse": "date",
        "Date.check_bounds": "after today",
        "Date.default": "dated",
        "Date.today": "dated",
        "DateTime.parse": "date and time",
        "YesNo.read": "yes/no",
        "YesNo.show": "yes/no",
        "Email.parse": "email",
        "Phone.parse": "phone",
        "WebAddress.parse": "web address",
        "File.show": "file",
        "read_decimal": "money",
    },
    # Left out: links by title, which only seeds and imports use.
    "app/checks.py": {"check": ALWAYS, "read": ALWAYS, "read_file": "file"},
    # Left out: two records of one title, titles that are links, the pool of connections.
    "app/queries.py": {
        "Record.title": ALWAYS,
        "Record.address": ALWAYS,
        "Record.show": ALWAYS,
        "Record.linked_address": "links",
        "Wanted.sort_key": ALWAYS,
        "Wanted.is_descending": ALWAYS,
        "folded": ALWAYS,
        "page_of": "paging",
        "all_of": ALWAYS,
        "related_to": "links",
        "titles": "links",
        "counts": ALWAYS,
        "choice_counts": "choices",
        "selecting": ALWAYS,
        "matching": ALWAYS,
        "found_by": ALWAYS,
        "ordering": ALWAYS,
    },
    # Left out: the schema, indexes, pragmas, emptying for the works, titles for seeds.
    "app/store.py": {
        "insert": ALWAYS,
        "update": ALWAYS,
        "delete": ALWAYS,
        "find": ALWAYS,
        "is_taken": "unique",
        "users": "links",
    },
    # Left out: tidying up files that no record names any more.
    "app/record_pages.py": {
        "show_new": ALWAYS,
        "create": ALWAYS,
        "show_record": ALWAYS,
        "show_edit": ALWAYS,
        "change": ALWAYS,
        "delete": ALWAYS,
        "form_page": ALWAYS,
        "cells_of": ALWAYS,
        "cell_of": ALWAYS,
        "choices_of": "free choice",
    },
    # Left out: nonsense in addresses, imports (their own file decides), and the order that a header
    # asks for where scripts are off.
    "app/list_pages.py": {
        "show_home": ALWAYS,
        "show_list": ALWAYS,
        "download_list": ALWAYS,
        "search_label": ALWAYS,
        "address_with": ALWAYS,
    },
    # Left out: cookies that somebody forged.
    "app/messages.py": {"going_to": ALWAYS, "in_use": "links"},
    # Left out: formulas for spreadsheets, odd encodings, files of more than 5,000 rows.
    "app/csv_files.py": {"write": ALWAYS, "load": "import", "add": "import", "headings": "import"},
    "app/entities.py": {
        "Entity.title": ALWAYS,
        "Entity.columns": ALWAYS,
        "Entity.choices": "choices",
        "Entity.links": "links",
        "Entity.noun": ALWAYS,
        "Entity.count": ALWAYS,
        "Entity.counted": ALWAYS,
        "in_sentence": ALWAYS,
    },
}
# Left out as files: server.py, web.py, files.py (headers, secrets, caching, sizes: no sentence sees
# them), seed.py, reset.py, backup.py, __main__.py (the works or the owner's shell calls them).

# Names of limits that lie far beyond what a scenario types, and of what only speeds things up.
UNSEEN_NAMES = (
    "digits",  # how many a telephone number may have is nowhere promised
    "isupper",  # names such as "VAT rate", which none of the blueprints has
    "sorted(named",  # the order in which a select offers records is nowhere promised
    'rows[0]["n"] if rows',  # the number of related records is told from 200 on
    "str(page) if page",  # an address with a needless page number
    "files.drop",
    "longest",
    "LARGEST",
    "MOST_",
    "RELATED_ROWS",
    "Vary",
    "HX-Replace-Url",
    "is_part",
    "untitled",
    "media_type",
    "httponly",
    "samesite",
    "max_age",
    "[:200]",
)

TEMPLATES: Mapping[str, str] = {
    "app/templates/base.html.jinja": ALWAYS,
    "app/templates/controls.html.jinja": ALWAYS,
    "app/templates/form.html.jinja": ALWAYS,
    "app/templates/home.html.jinja": "picture of home",
    "app/templates/list.html.jinja": ALWAYS,
    "app/templates/macros.html.jinja": ALWAYS,
    "app/templates/record.html.jinja": ALWAYS,
    "app/templates/rows.html.jinja": ALWAYS,
}

# Lines of templates that hold any of these: nothing that a visitor meets on the way, or a part for
# which the data model must have something.
UNSEEN_LINES = (
    "%} wrong{% endif %}",  # a class that no style names
    'role="region"',  # a frame for scrolling, which the house style does not promise
    'name="sort"',  # what a header sends where scripts are off
    'value="{{ wanted.search }}"',  # a list that is opened by an address with a search in it
    "wanted.choices.get(field.key)",
    "<meta charset",
    "color-scheme",
    "htmx-config",
    'rel="icon"',
    'class="skip"',
    "app_name in plurals",
    'class="brand"',
    '"Home" not in plurals',
    "There is nothing to keep yet",
    "not entities",
    'submit" hidden',
    "data-fills",
    "data-picks",
    "again</p>",
    "is not string",
    "found.total > found.records | length",
    "The first {{",
    "autofocus",
    "example %}",
    "<!doctype",
)
NEEDED_BY_LINE: Mapping[str, str] = {
    "checkbox": "yes/no",
    "long_text": "long text",
    "textarea": "long text",
    "choice": "choices",
    "link": "links",
    "file": "file",
    "remove-": "file",
    "date": "dated",
    "email": "email",
    "tel": "phone",
    "url": "web address",
    "other": "links",
    "is_one_of_two %}": "linked once",
    "New {{ other": "linked once",
    "Previous page": "paging",
    "Next page": "paging",
    "/import": "import",
    'class="message"': "picture of saved",
    'class="empty"': "picture of empty",
}
# A class decides nothing but looks, and a first page has little that is promised in words.
NEEDED_BY_CLASS: Mapping[str, str] = {
    "app/templates/base.html.jinja": ALWAYS,
    "app/templates/controls.html.jinja": "picture of form",
    "app/templates/form.html.jinja": "picture of form",
    "app/templates/home.html.jinja": "picture of home",
    "app/templates/list.html.jinja": "picture of list",
    "app/templates/macros.html.jinja": "picture of list",
    "app/templates/record.html.jinja": "picture of record",
    "app/templates/rows.html.jinja": "picture of list",
}

# What a blueprint asks for beyond its data: a defect in what nobody asked for is none.
ASKED: Mapping[str, frozenset[str]] = {
    "lending-shelf": frozenset(
        {
            "paging",
            "message once",
            "headings",
            "picture of list",
            "picture of record",
            "picture of form",
            "picture of home",
        }
    ),
    "allotments": frozenset(
        {"import", "headings", "picture of list", "picture of record", "picture of form"}
    ),
    "village-museum": frozenset(
        {"upload", "picture of list", "picture of record", "picture of form"}
    ),
    "vet-practice": frozenset(
        {"picture of list", "picture of record", "picture of form", "picture of home"}
    ),
    "van-hire": frozenset(
        {
            "import",
            "headings",
            "picture of list",
            "picture of record",
            "picture of form",
            "picture of saved",
        }
    ),
}


class Everything:
    """No rule at all: what the measurement would be that leaves nothing out."""

    def files(self, product: Mapping[str, bytes]) -> list[str]:
        """Name every file of the program."""
        return sorted(path for path in product if path.startswith("app/") and path.endswith(".py"))

    def covers(self, _path: str, _function: str) -> bool:
        """Every function."""
        return True

    def sees(self, _code: str) -> bool:
        """Every line."""
        return True


class Reach:
    """What one blueprint reaches of the product: by its data, and by what it asks for."""

    def __init__(self, name: str, data: DataModel) -> None:
        self._asked = ASKED[name]
        self._fields = [field for entity in data.entities for field in entity.fields]
        targets = [
            {field.links_to for field in entity.fields if field.links_to}
            for entity in data.entities
        ]
        self._links = [
            [field.links_to for field in entity.fields].count(target)
            for entity, found in zip(data.entities, targets, strict=True)
            for target in found
        ]

    def files(self, _product: Mapping[str, bytes]) -> list[str]:
        """Name the files of the program with a function that counts."""
        return list(FUNCTIONS)

    def covers(self, path: str, function: str) -> bool:
        """Whether a function of a file counts."""
        feature = FUNCTIONS[path].get(function)
        return feature is not None and self.has(feature)

    def sees(self, code: str) -> bool:
        """Whether a scenario can come near what some lines do."""
        return not any(name in code for name in UNSEEN_NAMES)

    def has(self, feature: str) -> bool:
        """Whether the code that is marked with the word counts."""
        if feature == "linked once":
            return 1 in self._links
        return (
            feature == ALWAYS
            or feature in self._asked
            or any(_has(field, feature) for field in self._fields)
        )


def _has(field: Field, feature: str) -> bool:
    dated = field.type in (FieldType.DATE, FieldType.DATE_AND_TIME)
    return {
        "bounds": field.at_least is not None or field.at_most is not None,
        "choices": bool(field.choices),
        "defaults": field.starts_as not in (None, "today"),
        "free choice": bool(field.choices) and field.starts_as is None,
        "links": field.type is FieldType.LINK,
        "unique": field.unique,
        "required": field.required,
        "dated": dated,
        "after today": field.on_or_after_today,
        "file": field.type is FieldType.FILE,
    }.get(feature, field.type.value == feature)
