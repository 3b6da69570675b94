"""Forms: what each kind of field takes, refuses and keeps."""

import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from tests.kit.products import Product
from tests.kit.reading import errors, message, text_of, values

REPAIR = {"bicycle": "Red tandem", "customer": "1"}


@pytest.fixture
def shop(bicycles: Product) -> Product:
    """Return the shop with one customer."""
    bicycles.seed("Customer", {"Name": "Ada", "Email": "ada@example.com"})
    return bicycles


WRONG = [
    ("customers", {"name": "  "}, "Name is required"),
    ("customers", {"name": "A", "email": "ADA@example.com"}, "Email is already taken"),
    ("customers", {"name": "A", "email": "ada"}, "Email must be a valid email address"),
    ("customers", {"name": "A", "email": "a@b"}, "Email must be a valid email address"),
    ("customers", {"name": "A", "phone": "none"}, "Phone must be a valid phone number"),
    ("customers", {"name": "A", "phone": "12"}, "Phone must be a valid phone number"),
    ("customers", {"name": "x" * 501}, "Name must be at most 500 characters long"),
    ("repairs", {**REPAIR, "customer": ""}, "Customer is required"),
    ("repairs", {**REPAIR, "customer": "99"}, "Customer must be one of the choices"),
    ("repairs", {**REPAIR, "customer": "9" * 30}, "Customer must be one of the choices"),
    ("repairs", {**REPAIR, "price": "-0.01"}, "Price must be at least 0"),
    ("repairs", {**REPAIR, "price": "12,50"}, "Price must be a number"),
    ("repairs", {**REPAIR, "price": "1e5"}, "Price must be a number"),
    ("repairs", {**REPAIR, "price": "NaN"}, "Price must be a number"),
    ("repairs", {**REPAIR, "price": "1.005"}, "Price must be a number with at most 2 decimals"),
    ("repairs", {**REPAIR, "status": "Lost"}, "Status must be one of the choices"),
    ("repairs", {**REPAIR, "wheels": "4"}, "Wheels must be at most 3"),
    ("repairs", {**REPAIR, "wheels": "2.5"}, "Wheels must be a whole number"),
    ("repairs", {**REPAIR, "weight": "heavy"}, "Weight must be a number"),
    ("repairs", {**REPAIR, "taken_in": "12.3.2026"}, "Taken in must be a date as 2026-03-12"),
    ("repairs", {**REPAIR, "taken_in": "2026-02-30"}, "Taken in must be a date as 2026-03-12"),
    (
        "repairs",
        {**REPAIR, "promised": "noon"},
        "Promised must be a date and time as 2026-03-12 14:30",
    ),
    ("repairs", {**REPAIR, "promised": "2020-01-01 10:00"}, "Promised must be today or later"),
    ("repairs", {**REPAIR, "website": "shop"}, "Website must be a valid web address"),
    (
        "repairs",
        {**REPAIR, "website": "javascript:alert(1)"},
        "Website must be a valid web address",
    ),
]


def test_wrong_values_are_refused(shop: Product) -> None:
    for path, cells, fault in WRONG:
        response = shop.send(f"/{path}/new", cells)
        assert response.status_code == 200
        assert errors(response.text) == [fault]
    total = text_of(shop.page("/"))
    assert "1 customer " in total
    assert "0 repairs" in total


RIGHT: list[tuple[dict[str, str], str, str]] = [
    ({"price": "1234.5"}, "Price", "1234.50"),
    ({"price": " 7 "}, "Price", "7.00"),
    ({"price": "0"}, "Price", "0.00"),
    ({"weight": "2.50"}, "Weight", "2.5"),
    ({"weight": "-0.000001"}, "Weight", "-0.000001"),
    ({"weight": "1234567890123"}, "Weight", "1234567890123"),
    ({"wheels": "+2"}, "Wheels", "2"),
    ({"urgent": "Yes"}, "Urgent", "Yes"),
    ({}, "Urgent", "No"),
    ({}, "Price", ""),
    ({"taken_in": "2026-03-12"}, "Taken in", "2026-03-12"),
    ({"promised": "2036-03-12T14:30"}, "Promised", "2036-03-12 14:30"),
    ({"notes": "one\r\n two  \r\n"}, "Notes", "one two"),
    ({"website": "https://example.com/a?b=1"}, "Website", "https://example.com/a?b=1"),
    ({"bicycle": "Tan\u202edem\x00"}, "Bicycle", "Tandem"),
]


def test_right_values_are_shown(shop: Product) -> None:
    for cells, label, shown in RIGHT:
        page = shop.send("/repairs/new", {**REPAIR, **cells}, follow_redirects=True).text
        assert errors(page) == []
        assert values(page)[label] == shown


def test_every_fault_is_told_at_once_and_what_was_typed_stays(shop: Product) -> None:
    cells = {"price": "abc", "notes": "<b>careful</b>", "urgent": "Yes", "status": "Ready"}
    page = shop.send("/repairs/new", cells).text
    assert errors(page) == ["Bicycle is required", "Customer is required", "Price must be a number"]
    assert 'value="abc"' in page
    assert "&lt;b&gt;careful&lt;/b&gt;</textarea>" in page
    assert '<option value="Ready" selected>' in page
    assert 'type="checkbox" value="Yes" checked' in page
    assert 'aria-invalid="true" aria-describedby="error-price"' in page
    assert "novalidate" in page


def test_a_new_form_starts_as_the_rules_say(shop: Product) -> None:
    page = shop.page("/repairs/new?customer=1")
    today = datetime.now().date().isoformat()  # noqa: DTZ005  # the product's own clock
    assert f'value="{today}"' in page
    assert '<option value="Waiting" selected>' in page
    assert '<option value="1" selected>Ada</option>' in page


def test_a_choice_without_a_start_may_stay_blank(bicycles: Product) -> None:
    page = bicycles.send("/trips/new", {"name": "Alps", "colour": ""}, follow_redirects=True).text
    assert message(page) == "Trip saved"
    assert values(page)["Colour"] == ""


def test_a_day_that_has_passed_may_stay(shop: Product) -> None:
    row = {"Bicycle": "Red tandem", "Customer": "Ada", "Promised": "2036-01-01 10:00"}
    shop.seed("Repair", row)
    with closing(sqlite3.connect(shop.data / "app.db", isolation_level=None)) as connection:
        connection.execute("UPDATE repair SET promised = '2020-01-01 10:00'")
    kept = {**REPAIR, "promised": "2020-01-01 10:00", "notes": "new"}
    page = shop.send("/repairs/1/edit", kept, follow_redirects=True).text
    assert message(page) == "Repair saved"
    moved = {**REPAIR, "promised": "2020-01-02 10:00"}
    assert errors(shop.send("/repairs/1/edit", moved).text) == ["Promised must be today or later"]


def test_a_record_may_keep_its_unique_value(shop: Product) -> None:
    cells = {"name": "Ada Byron", "email": "ada@example.com"}
    page = shop.send("/customers/1/edit", cells, follow_redirects=True).text
    assert message(page) == "Customer saved"
    assert values(page)["Name"] == "Ada Byron"
