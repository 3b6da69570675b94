"""Pages: complete, stable under inserts, and of no use to anybody else."""

import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tenants.database import Database
from tenants.errors import InvalidCursorError
from tenants.ids import new_id
from tenants.models import ApiKey
from tenants.pages import Page, PageRequest, read_page
from tenants.signing import ServerSecret
from tests.tenants.parts import SECRET, Someone

MINE = PageRequest(tenant_id=new_id(), scope="/v1/keys?[]", secret=SECRET)


def asked(**changes: object) -> PageRequest:
    return msgspec.structs.replace(MINE, **changes)


def test_cursor_opens_its_own_list() -> None:
    last = new_id()

    assert asked(cursor=MINE.cursor_after(last)).after() == last
    assert MINE.after() is None


@pytest.mark.parametrize(
    "other",
    [
        {"tenant_id": new_id()},
        {"scope": "/v1/builds?[]"},
        {"scope": "/v1/keys?[('name', 'x')]"},
        {"secret": ServerSecret("x" * 32)},
    ],
)
def test_cursor_opens_no_other_list(other: dict[str, object]) -> None:
    with pytest.raises(InvalidCursorError):
        asked(cursor=MINE.cursor_after(new_id()), **other).after()


@given(st.integers(0, 31), st.integers(1, 255))
def test_changed_cursor_is_refused(position: int, flip: int) -> None:
    sealed = bytearray(base64.urlsafe_b64decode(MINE.cursor_after(new_id())))
    sealed[position] ^= flip

    with pytest.raises(InvalidCursorError):
        asked(cursor=base64.urlsafe_b64encode(sealed).decode()).after()


@given(st.text())
def test_any_text_as_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursorError):
        asked(cursor=text).after()


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
async def test_rows_that_come_in_between_move_nothing(
    works: Database, ada: Someone, bob: Someone, limit: int
) -> None:
    await add_keys(works, bob, 5)
    before = await add_keys(works, ada, 7)
    request = PageRequest(tenant_id=ada.tenant_id, scope="keys", secret=SECRET, limit=limit)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await read(works, msgspec.structs.replace(request, cursor=cursor))
        seen += page.data
        cursor = page.next_cursor
        assert len(page.data) <= limit
        if cursor is None:
            break
        await add_keys(works, ada, 1)

    assert seen == [*reversed(before), "first key"]


async def add_keys(works: Database, someone: Someone, count: int) -> list[str]:
    names = [f"key {new_id()}" for _ in range(count)]
    async with works.tenant_session(someone.tenant_id) as session:
        for name in names:
            session.add(
                ApiKey(tenant_id=someone.tenant_id, name=name, public_id="x", secret_hash=b"x")
            )
            await session.flush()
    return names


async def read(works: Database, request: PageRequest) -> Page[str]:
    query = select(ApiKey).where(ApiKey.tenant_id == request.tenant_id)
    async with works.tenant_session(request.tenant_id) as session:
        return await read_page(session, query, ApiKey.id, request, lambda row: row.name)
