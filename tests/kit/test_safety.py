"""Safety: hostile names and values, missing tokens, headers, and many people at once."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import escape

import pytest

from tests.kit.data_models import HOSTILE, LONG, UGLY
from tests.kit.products import Product
from tests.kit.reading import column, message, text_of, values

ADDRESSES = tuple(
    path + more
    for path in (
        *("/purchase-orders", "/orders", "/group-list", "/home", "/list", "/static-2", "/loops"),
        *("/script-alert-1-script-s", "/a-name-that-an-author-wrote-without-ever"),
    )
    for more in ("", "/new", "/import", "/download")
)


def test_every_page_stands_whatever_the_names(ugly: Product) -> None:
    for address in ("/", *ADDRESSES):
        page = ugly.page(address)
        if not address.endswith("/download"):
            scripts = re.findall(r"<script[^>]*>", page)
            assert len(scripts) == 2
            assert all("src=" in script for script in scripts)
            assert "<img" not in page
            assert "49" not in text_of(page)  # names are no templates


def test_every_entity_takes_a_record(ugly: Product) -> None:
    ugly.seed("Purchase order", {"Date / time": "2026-03-12 14:30", "Größe": "2.5", "id": "7"})
    ugly.seed("Order", {"Select": "1; DROP TABLE x"})
    ugly.seed("Group", {"Table": "a"}, {"Parent": "Group 1", "Table": "b"})
    ugly.seed("Home", {"New home": "x", "Search": "Yes"})
    ugly.seed("日本", {"名前": "東京", "🚲": "a@example.com"})
    ugly.seed(HOSTILE, {"<img src=x onerror=alert(1)>": HOSTILE, "{{ 7*7 }}": "{{ 7*7 }}.txt"})
    ugly.seed("sqlite thing", {"A": "1; DROP TABLE x", "é": "é", "e": "e"})
    ugly.seed(LONG, {f"{LONG} field": "short", "n" * 300: LONG})
    assert values(ugly.page("/purchase-orders/1"))["id"] == "7"
    assert column(ugly.page("/list")) == ["東京"]
    assert column(ugly.client.get("/list", params={"search": "東京"}).text) == ["東京"]
    assert values(ugly.page("/static-2/1"))["é"] == "é"
    assert values(ugly.page("/group-list/2"))["Parent"] == "Group 1"
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>" in ugly.page(
        "/script-alert-1-script-s/1"
    )


def test_a_search_field_beside_a_filter_of_that_name(ugly: Product) -> None:
    page = ugly.page("/home")
    assert page.count(">Search</label>") == 1
    assert ">Search home</label>" in page


def test_navigation_names_are_unique(ugly: Product) -> None:
    nav = ugly.page("/").partition("<nav>")[2].partition("</nav>")[0]
    names = re.findall(r"<a [^>]*>(.*?)</a>", nav)
    assert names == [escape(entity.plural) for entity in UGLY.entities]


@pytest.mark.parametrize("path", ["/customers/new", "/customers/1/edit", "/customers/1/delete"])
def test_a_form_needs_its_token(bicycles: Product, path: str) -> None:
    bicycles.seed("Customer", {"Name": "Ada"})
    bicycles.page("/customers/new")
    for cells in ({"name": "Eve"}, {"name": "Eve", "_csrf_token": "0" * 128}):
        response = bicycles.client.post(path, data=cells)
        assert response.status_code == 403
        assert "Please try again" in response.text
    assert column(bicycles.page("/customers")) == ["Ada"]


def test_a_stale_token_is_replaced(bicycles: Product) -> None:
    """After a restart on an empty data folder the browser still holds the old cookie."""
    cookie = "csrf-spoke-chain-job-book"
    bicycles.client.cookies.set(cookie, "1" * 128, domain="127.0.0.1", path="/")
    first = bicycles.send("/customers/new", {"name": "Ada"})
    assert first.status_code == 403
    again = bicycles.send("/customers/new", {"name": "Ada"}, follow_redirects=True)
    assert message(again.text) == "Customer saved"


def test_a_forged_message_says_nothing(bicycles: Product) -> None:
    for forged in (
        "<b>x</b>",
        "saved.nothing.1",
        "imported.customer.x",
        "saved",
        "used.customer.9",
    ):
        page = bicycles.client.get("/customers", headers={"Cookie": f'message="{forged}"'}).text
        assert message(page) == ""


def test_security_headers(bicycles: Product) -> None:
    for address in ("/", "/customers", "/static/app.js", "/nothing/1/2"):
        headers = bicycles.client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers


def test_pages_hold_nothing_that_the_policy_forbids(bicycles: Product) -> None:
    bicycles.seed("Customer", {"Name": "Ada"})
    for address in ("/", "/customers", "/customers/1", "/customers/new", "/customers/import"):
        page = bicycles.page(address)
        assert not re.search(r"\son[a-z]+=|style=|javascript:", page)


def test_a_request_that_is_too_large_is_refused(bicycles: Product) -> None:
    response = bicycles.send(
        "/customers/import", {}, files={"file": ("rows.csv", b"x" * (12 * 1024 * 1024))}
    )
    assert response.status_code == 413
    assert "Too large" in response.text


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"name=%ff%fe&_csrf_token=%00", b"a" * 100_000, b"--x\r\nbroken"]
)
def test_broken_bodies_are_refused(bicycles: Product, body: bytes) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "a/b"):
        response = bicycles.client.post(
            "/customers/new", content=body, headers={"Content-Type": kind}
        )
        assert 400 <= response.status_code < 500


def test_static_paths_do_not_lead_out(bicycles: Product) -> None:
    for path in ("..%2fserver.py", "%2e%2e/server.py", "app.css%00", "nothing.css"):
        assert bicycles.client.get(f"/static/{path}").status_code == 404


def test_many_people_write_at_once(bicycles: Product) -> None:
    bicycles.page("/customers/new")
    token = bicycles.client.cookies["csrf-spoke-chain-job-book"]

    def add(number: int) -> int:
        cells = {"name": f"Customer {number}", "email": f"{number % 20}@example.com"}
        response = bicycles.client.post("/customers/new", data={**cells, "_csrf_token": token})
        return response.status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(add, range(40)))
    assert codes.count(303) == 20  # the other twenty find their address taken
    assert codes.count(200) == 20
    assert "20 customers" in text_of(bicycles.page("/"))
