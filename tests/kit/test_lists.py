"""Lists: searching, filtering, sorting, pages and CSV files."""

import csv
import io

import pytest

from tests.kit.products import Product
from tests.kit.reading import column, message, table, text_of

BIKES = ("red tandem", "Blue racer", "Green folder", "Äolus", "Cargo 100% trike")


@pytest.fixture
def full(bicycles: Product) -> Product:
    """Return the shop with a few repairs."""
    bicycles.seed("Customer", {"Name": "Ada"}, {"Name": "bob", "Email": "bob@example.com"})
    prices = ("9", "100", "20.50", "", "-0")
    states = ("Ready", "Waiting", "In work", "Ready", "Collected")
    rows = [
        {
            "Bicycle": bike,
            "Customer": ("Ada", "bob")[number % 2],
            "Price": prices[number],
            "Status": states[number],
            "Taken in": f"2026-0{5 - number}-01",
            "Notes": "spokes" if number == 1 else "",
        }
        for number, bike in enumerate(BIKES)
    ]
    bicycles.seed("Repair", *rows)
    return bicycles


def test_order_of_creation(full: Product) -> None:
    assert column(full.page("/repairs")) == list(BIKES)


FOUND: list[tuple[str, list[str]]] = [
    ("RACER", ["Blue racer"]),
    ("äolus", ["Äolus"]),
    ("ÄOLUS", ["Äolus"]),
    ("bob", ["Blue racer", "Äolus"]),
    ("spokes", ["Blue racer"]),
    ("100%", ["Cargo 100% trike"]),
    ("%", ["Cargo 100% trike"]),
    ("_", []),
    ("' OR 1=1", []),
    ("", list(BIKES)),
]


def test_search(full: Product) -> None:
    for search, found in FOUND:
        response = full.client.get("/repairs", params={"search": search})
        assert column(response.text) == found, search


def test_search_and_filter_together(full: Product) -> None:
    query = {"search": "bob", "status": "Ready"}
    assert column(full.client.get("/repairs", params=query).text) == ["Äolus"]
    query = {"search": "bob", "status": "In work"}
    assert "No repairs match" in full.client.get("/repairs", params=query).text


SORTED: list[tuple[str, list[str]]] = [
    ("bicycle", [BIKES[1], BIKES[4], BIKES[2], BIKES[0], BIKES[3]]),
    ("-bicycle", [BIKES[3], BIKES[0], BIKES[2], BIKES[4], BIKES[1]]),
    ("price", [BIKES[3], BIKES[4], BIKES[0], BIKES[2], BIKES[1]]),
    ("-price", [BIKES[1], BIKES[2], BIKES[0], BIKES[4], BIKES[3]]),
    ("customer", [BIKES[0], BIKES[2], BIKES[4], BIKES[1], BIKES[3]]),
    ("taken_in", list(reversed(BIKES))),
    ("nonsense; DROP TABLE repair", list(BIKES)),
    ("notes", list(BIKES)),
]


def test_sorting(full: Product) -> None:
    for sort, found in SORTED:
        response = full.client.get("/repairs", params={"sort": sort})
        assert column(response.text) == found, sort


def test_numbers_sort_as_numbers(titles: Product) -> None:
    titles.seed("VAT rate", {"Rate": "9"}, {"Rate": "19"}, {"Rate": "100"}, {"Rate": "-1.5"})
    assert column(titles.page("/vat-rates?sort=rate")) == ["-1.5", "9", "19", "100"]
    titles.seed("Ferry", {"Rate": "100"}, {"Rate": "9"})
    assert column(titles.page("/ferries?sort=rate")) == ["9", "100"]


def test_pages_of_25_rows(bicycles: Product) -> None:
    bicycles.seed("Customer", *({"Name": f"Customer {n:02d}"} for n in range(1, 61)))
    first = bicycles.page("/customers")
    assert len(table(first)) == 25
    assert "1\u201325 of 60 customers" in text_of(first)
    assert "Previous page" not in first
    last = bicycles.page("/customers?page=3")
    assert column(last) == [f"Customer {n}" for n in range(51, 61)]
    assert "Next page" not in last
    assert column(bicycles.page("/customers?page=99"))[0] == "Customer 01"
    assert len(table(bicycles.page("/customers?page=-1"))) == 25


def test_the_download_holds_all_filtered_rows(bicycles: Product) -> None:
    bicycles.seed("Customer", {"Name": "Ada"})
    rows = ({"Bicycle": f"Bike {n}", "Customer": "Ada"} for n in range(30))
    bicycles.seed("Repair", *rows, {"Bicycle": "Trike", "Customer": "Ada", "Notes": "a\nb"})
    response = bicycles.client.get("/repairs/download", params={"search": "bike"})
    lines = list(csv.DictReader(io.StringIO(response.text)))
    assert len(lines) == 30
    assert lines[0]["Customer"] == "Ada"
    assert lines[0]["Status"] == "Waiting"
    assert response.headers["content-disposition"] == 'attachment; filename="repairs.csv"'


def test_formulas_do_not_run_in_a_spreadsheet(bicycles: Product) -> None:
    names = ("=1+1", "@sum", "-1+cmd|' /C calc'!A0", "'=quoted", "+44 20 7946 0018", "plain")
    bicycles.seed("Customer", *({"Name": name} for name in names))
    text = bicycles.page("/customers/download")
    cells = [row[0] for row in csv.reader(io.StringIO(text))][1:]
    assert cells == ["'=1+1", "'@sum", "'-1+cmd|' /C calc'!A0", "'=quoted", names[4], "plain"]
    bicycles.reset()
    send_csv(bicycles, text)
    assert column(bicycles.page("/customers"))[:3] == list(names[:3])


def send_csv(product: Product, text: str | bytes, path: str = "/customers") -> str:
    """Import a file and return the page that this leads to."""
    content = text if isinstance(text, bytes) else text.encode()
    response = product.send(
        f"{path}/import", {}, files={"file": ("rows.csv", content)}, follow_redirects=True
    )
    return response.text


def test_an_import_adds_rows(bicycles: Product) -> None:
    page = send_csv(bicycles, "Name,Email\nAda,ada@example.com\n\nBob,\n")
    assert message(page) == "2 customers imported"
    assert column(page) == ["Ada", "Bob"]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffName;Email\r\nJürgen;j@example.com\r\n".encode(),
        "Email\tName\nj@example.com\tJürgen\n".encode(),
        "Name,Email\nJürgen,j@example.com\n".encode("cp1252"),
    ],
    ids=["byte order mark and semicolons", "tabs", "an older encoding"],
)
def test_an_import_reads_what_spreadsheets_write(bicycles: Product, content: bytes) -> None:
    assert table(send_csv(bicycles, content))[0][:2] == ["Jürgen", "j@example.com"]


FAULTS = [
    (b"Name,Email\nAda,\nBob,nonsense\n", "Row 3: Email must be a valid email address"),
    (b"Name,Email\nA,a@example.com\nB,A@example.com\n", "Row 3: Email is already taken"),
    (b"Name,Email\n,a@example.com\n", "Row 2: Name is required"),
    (b"Name,Shoe size\nAda,42\n", 'There is no field called "Shoe size"'),
    (b"Name,Name\nAda,Bob\n", 'The heading "Name" stands there twice'),
    (b"Name\nAda,Bob\n", "Row 2: 2 cells, but there are 1 headings"),
    (b"Name,Email\n", "The file has no rows below the names of the fields"),
    (b"", "The file does not begin with the names of the fields"),
    (b"\x89PNG\r\n\x00\x00", "This is not a CSV file"),
]


def test_a_wrong_import_adds_nothing(bicycles: Product) -> None:
    for content, fault in FAULTS:
        page = send_csv(bicycles, content)
        assert fault in text_of(page)
        assert "Nothing was imported." in page
    assert table(bicycles.page("/customers")) == []


def test_home_counts(full: Product) -> None:
    home = text_of(full.page("/"))
    assert "2 customers" in home
    assert "5 repairs" in home
    assert "0 trips" in home
    assert "Ready: 2" in home
    assert "Collected: 1" in home
    full.reset()
    full.seed("Customer", {"Name": "Ada"})
    assert "1 customer " in text_of(full.page("/"))
