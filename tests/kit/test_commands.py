"""Seed and reset: quick, all or nothing, and clear about what is wrong."""

import json
from datetime import date

from tests.kit.products import Product
from tests.kit.reading import column, table, values


def test_seeded_rows_are_there_at_once(bicycles: Product) -> None:
    bicycles.seed("Customer", {"Name": "Ada", "Email": "ada@example.com"})
    bicycles.seed("Repair", {"Bicycle": "Red tandem", "Customer": "Ada", "Price": "12.5"})
    found = values(bicycles.page("/repairs/1"))
    assert found["Customer"] == "Ada"
    assert found["Price"] == "12.50"


def test_absent_cells_start_as_on_a_new_form(bicycles: Product) -> None:
    bicycles.seed("Customer", {"Name": "Ada"})
    bicycles.seed("Repair", {"Bicycle": "Red tandem", "Customer": "Ada", "Status": ""})
    found = values(bicycles.page("/repairs/1"))
    assert found["Status"] == "Waiting"
    assert found["Taken in"] == date.today().isoformat()  # noqa: DTZ011  # the product's own clock
    assert found["Urgent"] == "No"
    assert found["Price"] == ""


def test_a_link_to_nobody_names_the_row(bicycles: Product) -> None:
    rows = [{"Bicycle": "Red tandem", "Customer": "Ada"}]
    said = bicycles.refused_seed({"entity": "Repair", "rows": rows})
    assert "row 1" in said
    assert 'no Customer is called "Ada"' in said


def test_a_link_to_several_is_refused(bicycles: Product) -> None:
    bicycles.seed("Customer", {"Name": "Ada"}, {"Name": "Ada"})
    rows = [{"Bicycle": "Red tandem", "Customer": "Ada"}]
    said = bicycles.refused_seed({"entity": "Repair", "rows": rows})
    assert "2 Customers are called" in said


def test_seeds_keep_the_rules_of_the_forms(bicycles: Product) -> None:
    bicycles.seed("Customer", {"Name": "Ada"})
    wrong = {"Bicycle": "", "Customer": "Ada", "Price": "-1", "Status": "Lost", "Wheels": "4"}
    said = bicycles.refused_seed({"entity": "Repair", "rows": [wrong]})
    for fault in (
        "Bicycle is required",
        "Price must be at least 0",
        "Status must be one of the choices",
        "Wheels must be at most 3",
    ):
        assert fault in said


def test_one_wrong_row_keeps_all_rows_out(bicycles: Product) -> None:
    rows = [{"Name": "Ada"}, {"Name": ""}]
    said = bicycles.refused_seed({"entity": "Customer", "rows": rows})
    assert "row 2: Name is required" in said
    assert table(bicycles.page("/customers")) == []


def test_unknown_names_are_said(bicycles: Product) -> None:
    said = bicycles.refused_seed({"entity": "Customer", "rows": [{"Colour": "red"}]})
    assert "Customer has no field 'Colour'" in said
    assert "There is no entity 'Bike'" in bicycles.refused_seed({"entity": "Bike", "rows": []})


def test_what_is_no_seed_is_refused(bicycles: Product) -> None:
    for document in ([1], {"rows": []}, {"entity": "Customer"}, {"entity": "Customer", "rows": 1}):
        assert bicycles.refused_seed(document)
    done = bicycles.run("app", "seed", stdin="{not json")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_several_documents_load_together(bicycles: Product) -> None:
    parts = [
        {"entity": "Customer", "rows": [{"Name": "Ada"}]},
        {"entity": "Repair", "rows": [{"Bicycle": "Red tandem", "Customer": "Ada"}]},
    ]
    done = bicycles.run("app", "seed", stdin=json.dumps(parts))
    assert done.returncode == 0
    assert column(bicycles.page("/repairs"), 1) == ["Ada"]


def test_reset_forgets_everything_while_the_server_runs(bicycles: Product) -> None:
    bicycles.seed("Customer", {"Name": "Ada"})
    bicycles.send("/customers/new", {"name": "Bob"})
    bicycles.reset()
    assert "No customers yet" in bicycles.page("/customers")
    bicycles.seed("Customer", {"Name": "Cleo"})
    assert bicycles.page("/customers/1")  # numbers begin again


def test_a_file_is_seeded_by_its_name(bicycles: Product) -> None:
    bicycles.seed("Customer", {"Name": "Ada"})
    bicycles.seed("Repair", {"Bicycle": "Red tandem", "Customer": "Ada", "Photo": "../frame.jpg"})
    assert values(bicycles.page("/repairs/1"))["Photo"] == "frame.jpg"
    assert bicycles.client.get("/repairs/1/files/photo").status_code == 200


def test_links_are_found_by_titles_that_are_no_text(titles: Product) -> None:
    titles.seed("VAT rate", {"Rate": "7.50"}, {"Rate": "19"})
    titles.seed("Ferry", {"Rate": "7.5", "Paid": "yes"})
    titles.seed("Trip", {"Ferry": "7.5"})
    assert values(titles.page("/trips/1"))["Ferry"] == "7.5"
    titles.seed("Loop", {}, {"Next": "Loop 1"})
    assert values(titles.page("/loops/2"))["Next"] == "Loop 1"


def test_a_backup_holds_records_and_files(bicycles: Product) -> None:
    bicycles.seed("Customer", {"Name": "Ada"})
    bicycles.seed("Repair", {"Bicycle": "Red tandem", "Customer": "Ada", "Photo": "frame.jpg"})
    copy = bicycles.data.parent / "copy"
    assert bicycles.run("app", "backup", str(copy)).returncode == 0
    assert (copy / "app.db").exists()
    assert len(list((copy / "files").iterdir())) == 1
    assert bicycles.run("app", "backup", str(copy)).returncode == 1  # never over another copy


def test_an_unknown_command_is_refused(bicycles: Product) -> None:
    done = bicycles.run("app", "frobnicate")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
