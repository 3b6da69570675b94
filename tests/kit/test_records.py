"""Records: pages, links, files, deleting, and data that outlives a change of the model."""

import msgspec
import pytest

from tests.kit.conftest import MakeProduct
from tests.kit.data_models import BICYCLES, make_entity, make_field
from tests.kit.products import Product
from tests.kit.reading import column, errors, message, table, text_of, values


@pytest.fixture
def shop(bicycles: Product) -> Product:
    """Return the shop with two customers and a repair."""
    bicycles.seed("Customer", {"Name": "Ada"}, {"Name": "Bob"})
    bicycles.seed("Repair", {"Bicycle": "Red tandem", "Customer": "Ada"})
    return bicycles


def delete(product: Product, address: str) -> str:
    form = {"form": address}
    return product.send(f"{address}/delete", {}, follow_redirects=True, **form).text


def test_a_message_shows_once(shop: Product) -> None:
    saved = shop.send("/customers/new", {"name": "Cleo"}, follow_redirects=True)
    assert message(saved.text) == "Customer saved"
    assert message(shop.page("/customers/3")) == ""


def test_deleting(shop: Product) -> None:
    page = delete(shop, "/customers/2")
    assert message(page) == "Customer deleted"
    assert column(page) == ["Ada"]
    assert shop.client.get("/customers/2").status_code == 404


def test_a_record_in_use_stays(shop: Product) -> None:
    page = delete(shop, "/customers/1")
    assert message(page) == "Customer is used by 1 repair"
    shop.seed("Repair", {"Bicycle": "Trike", "Customer": "Ada"})
    shop.seed("Trip", {"Name": "Alps", "Leader": "Ada", "Helper": "Ada"})
    page = delete(shop, "/customers/1")
    assert message(page) == "Customer is used by 2 repairs and 1 trip"
    assert column(shop.page("/customers")) == ["Ada", "Bob"]


def test_related_records(shop: Product) -> None:
    shop.seed("Trip", {"Name": "Alps", "Leader": "Ada", "Helper": "Bob"})
    page = shop.page("/customers/1")
    for name in ("Repairs", "Trips (Leader)", "Trips (Helper)"):
        assert f"<caption>{name}</caption>" in page
    assert table(page)[0][:2] == ["Red tandem", "Ada"]
    assert page.count(">New repair</a>") == 1
    assert "New trip" not in page  # it could mean either of two fields


def test_titles_that_are_no_text(titles: Product) -> None:
    titles.seed("VAT rate", {"Rate": "7.50"})
    titles.seed("Ferry", {"Rate": "7.5"})
    titles.seed("Trip", {"Ferry": "7.5"})
    titles.seed("Deposit", {"Amount": "12.5"})
    titles.seed("Loop", {}, {"Next": "Loop 1"})
    assert column(titles.page("/trips")) == ["7.5"]
    assert "<h1>12.50</h1>" in titles.page("/deposits/1")
    assert column(titles.client.get("/deposits", params={"search": "12.50"}).text) == ["12.50"]
    assert "<h1>Loop 1</h1>" in titles.page("/loops/1")
    assert column(titles.page("/loops")) == ["Loop 1", "Loop 1"]
    assert "New VAT rate" in titles.page("/vat-rates")
    assert ">New ferry<" in titles.page("/ferries")


def test_a_file_is_kept_and_replaced(shop: Product) -> None:
    cells = {"bicycle": "Red tandem", "customer": "1"}
    photo = {"photo": ("../..\\évil <b>.html", b"<script>alert(1)</script>", "text/html")}
    page = shop.send("/repairs/1/edit", cells, files=photo, follow_redirects=True).text
    assert values(page)["Photo"] == "évil <b>.html"
    response = shop.client.get("/repairs/1/files/photo")
    assert response.content == b"<script>alert(1)</script>"
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"].startswith("attachment;")
    shop.send("/repairs/1/edit", cells)  # nothing chosen: the file stays
    assert shop.client.get("/repairs/1/files/photo").content == response.content
    shop.send("/repairs/1/edit", cells, files={"photo": ("new.txt", b"new")})
    assert shop.client.get("/repairs/1/files/photo").content == b"new"
    assert len(list((shop.data / "files").iterdir())) == 1
    shop.send("/repairs/1/edit", {**cells, "remove-photo": "Yes"})
    assert shop.client.get("/repairs/1/files/photo").status_code == 404
    assert not list((shop.data / "files").iterdir())


def test_deleting_a_record_removes_its_file(shop: Product) -> None:
    cells = {"bicycle": "Trike", "customer": "1"}
    shop.send("/repairs/new", cells, files={"photo": ("a.txt", b"a")})
    delete(shop, "/repairs/2")
    assert not list((shop.data / "files").iterdir())


def test_a_file_that_is_too_large_is_refused(shop: Product) -> None:
    cells = {"bicycle": "Trike", "customer": "1"}
    photo = {"photo": ("big.bin", b"x" * (10 * 1024 * 1024 + 1))}
    assert errors(shop.send("/repairs/new", cells, files=photo).text) == [
        "Photo must be at most 10 MB"
    ]


def test_two_records_of_one_title_can_be_told_apart(shop: Product) -> None:
    shop.seed("Customer", {"Name": "Ada"})
    page = shop.page("/repairs/new")
    assert '<option value="1">Ada</option>' in page
    assert '<option value="3">Ada (no. 3)</option>' in page


@pytest.mark.parametrize(
    "address",
    [
        "/customers/99",
        "/customers/99999999999999999999999",
        "/bikes",
        "/customers/x",
        "/customers/",
    ],
)
def test_what_is_not_there_is_not_found(shop: Product, address: str) -> None:
    response = shop.client.get(address)
    assert response.status_code in (200, 404)
    assert response.status_code == (200 if address == "/customers/" else 404)


def test_a_later_model_keeps_the_records(shop: Product, make_product: MakeProduct) -> None:
    """The next version of the blueprint has one field and one entity more."""
    customer, *others = BICYCLES.entities
    fields = (*customer.fields, make_field("Level", "choice", choices=("Low",), starts_as="Low"))
    grown = msgspec.structs.replace(customer, fields=fields)
    entities = (grown, *others, make_entity("Tool", "Tools", make_field("Name")))
    later = make_product(msgspec.structs.replace(BICYCLES, entities=entities))
    assert shop.run("app", "backup", str(later.data)).returncode == 0
    with later.serving():
        assert values(later.page("/customers/1")) | {"Level": "Low"} == values(
            later.page("/customers/1")
        )
        assert column(later.page("/repairs")) == ["Red tandem"]
        assert "No tools yet" in text_of(later.page("/tools"))
