"""Data models that products are built from in tests: ordinary ones, and what no one expects."""

from typing import Any

from backend.blueprints.blueprint import DataModel, Entity, Field, FieldType

LONG = (
    "A name that an author wrote without ever stopping to think how wide a page is " * 3
).strip()
HOSTILE = "<script>alert(1)</script>"


def make_field(name: str, kind: str = "text", **rules: Any) -> Field:
    return Field(name=name, type=FieldType(kind), **rules)


def make_entity(name: str, plural: str, *fields: Field) -> Entity:
    return Entity(name=name, plural=plural, fields=fields)


BICYCLES = DataModel(
    name="Spoke & Chain job book",
    entities=(
        make_entity(
            "Customer",
            "Customers",
            make_field("Name", required=True),
            make_field("Email", "email", unique=True),
            make_field("Phone", "phone"),
        ),
        make_entity(
            "Repair",
            "Repairs",
            make_field("Bicycle", required=True),
            make_field("Customer", "link", links_to="Customer", required=True),
            make_field("Price", "money", at_least="0"),
            make_field(
                "Status",
                "choice",
                choices=("Waiting", "In work", "Ready", "Collected"),
                starts_as="Waiting",
            ),
            make_field("Taken in", "date", starts_as="today"),
            make_field("Promised", "date and time", on_or_after_today=True),
            make_field("Urgent", "yes/no"),
            make_field("Weight", "number"),
            make_field("Wheels", "whole number", at_most="3"),
            make_field("Notes", "long text"),
            make_field("Website", "web address"),
            make_field("Photo", "file"),
        ),
        make_entity(
            "Trip",
            "Trips",
            make_field("Name", required=True),
            make_field("Leader", "link", links_to="Customer"),
            make_field("Helper", "link", links_to="Customer"),
            make_field("Colour", "choice", choices=("Red", "Blue")),
        ),
    ),
)

# Titles that are no text, links through links, and a circle of titles.
TITLES = DataModel(
    name="Ferry",
    entities=(
        make_entity("VAT rate", "VAT rates", make_field("Rate", "number", required=True)),
        make_entity(
            "Ferry",
            "Ferries",
            make_field("Rate", "link", links_to="VAT rate", required=True),
            make_field("Paid", "yes/no"),
        ),
        make_entity("Trip", "Trips", make_field("Ferry", "link", links_to="Ferry", required=True)),
        make_entity("Deposit", "Deposits", make_field("Amount", "money", required=True)),
        make_entity("Loop", "Loops", make_field("Next", "link", links_to="Loop")),
    ),
)

UGLY = DataModel(
    name='</title><script>alert("x")</script> & "Söhne" \\ {{ 7*7 }} %s',
    entities=(
        make_entity(
            "Purchase order",
            "Purchase orders",
            make_field("Date / time", "date and time", required=True),
            make_field("Größe", "number", at_least="0.5", at_most="99.5"),
            make_field("class"),
            make_field("Class", "choice", choices=("None", "'; DROP TABLE x; --", 'say "hi"')),
            make_field("id", "whole number", unique=True),
            make_field("import", "long text"),
            make_field("sort"),
            make_field("page"),
            make_field("rowid"),
        ),
        make_entity(
            "Order",
            "Orders",
            make_field("Select", required=True, unique=True),
            make_field("Group", "link", links_to="Group"),
            make_field("From", "date", starts_as="today"),
            make_field("Where", "web address"),
        ),
        make_entity(
            "Group",
            "Group list",
            make_field("Parent", "link", links_to="Group"),
            make_field("Other parent", "link", links_to="Group"),
            make_field("Table"),
        ),
        make_entity(
            "Home",
            "Home",
            make_field("Search", "choice", choices=("Yes", "No")),
            make_field("New home"),
            make_field("Save", "yes/no", starts_as="Yes"),
        ),
        make_entity(
            "日本",
            "日本語",
            make_field("名前", required=True),
            make_field("住所"),
            make_field("🚲", "email", unique=True),
        ),
        make_entity(
            HOSTILE,
            f"{HOSTILE}s",
            make_field("<img src=x onerror=alert(1)>", required=True),
            make_field('"quoted"', "phone"),
            make_field("back\\slash", "money", at_most="1000000"),
            make_field("{{ 7*7 }}", "file", required=True),
        ),
        make_entity(
            "sqlite thing",
            "static",
            make_field("A", "link", links_to="Order", required=True),
            make_field("B", "link", links_to="Order"),
            make_field("é"),
            make_field("e"),
        ),
        make_entity(
            LONG,
            f"{LONG}s",
            make_field(f"{LONG} field", required=True),
            make_field("n" * 300, "choice", choices=("c" * 200, LONG)),
        ),
        make_entity("Loop", "Loops", make_field("Loop", "link", links_to="Loop", required=True)),
    ),
)

EMPTY = DataModel(name="Nothing yet")
EVERY_MODEL = {"bicycles": BICYCLES, "titles": TITLES, "ugly": UGLY, "empty": EMPTY}
