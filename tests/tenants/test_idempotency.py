"""The same POST twice: one effect, and the same answer, also when both come at once."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from litestar import Response
from sqlalchemy import func, select

from tenants.database import Database
from tenants.errors import (
    IdempotencyKeyInvalidError,
    IdempotencyKeyReusedError,
    RequestInFlightError,
)
from tenants.idempotency import (
    REPLAYED_HEADER,
    IdempotentRequest,
    fingerprint,
    forget_old_requests,
)
from tenants.models import IdempotencyRecord
from tests.tenants.parts import Someone, make_someone

BODY = fingerprint("POST", "/v1/things", b"{}")


@dataclass
class Counter:
    """An effect that counts how often it happened; each time it answers another number."""

    happened: int = 0
    seconds: float = 0.0
    started: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> dict[str, int]:
        self.happened += 1
        self.started.set()
        await asyncio.sleep(self.seconds)
        return {"number": self.happened}


async def post(
    works: Database, tenant_id: UUID, effect: Counter, *, key: str | None = "k", told: bytes = BODY
) -> Response[dict[str, int]]:
    async with works.tenant_session(tenant_id) as session:
        once = IdempotentRequest(session=session, key=key, fingerprint=told)
        return await once.run(effect, status=201)


def answer(response: Response[dict[str, int]]) -> tuple[int, bytes]:
    return response.status_code or 0, response.render(response.content, "application/json")


async def test_second_time_replays_status_and_bytes(works: Database, ada: Someone) -> None:
    effect = Counter()
    first = await post(works, ada.tenant_id, effect)
    second = await post(works, ada.tenant_id, effect)

    assert effect.happened == 1
    assert answer(first) == answer(second) == (201, b'{"number":1}')
    assert REPLAYED_HEADER not in first.headers
    assert second.headers[REPLAYED_HEADER] == "true"


async def test_without_key_it_happens_every_time(works: Database, ada: Someone) -> None:
    effect = Counter()
    for _ in range(2):
        await post(works, ada.tenant_id, effect, key=None)

    assert effect.happened == 2


async def test_another_request_under_the_same_key_is_refused(works: Database, ada: Someone) -> None:
    effect = Counter()
    await post(works, ada.tenant_id, effect)
    with pytest.raises(IdempotencyKeyReusedError):
        await post(works, ada.tenant_id, effect, told=fingerprint("POST", "/v1/things", b"[]"))

    assert effect.happened == 1


async def test_tenants_do_not_share_keys(works: Database, ada: Someone, bob: Someone) -> None:
    effect = Counter()
    for someone in (ada, bob):
        await post(works, someone.tenant_id, effect)

    assert effect.happened == 2


async def test_while_the_first_runs_the_second_is_told_to_wait(
    works: Database, ada: Someone
) -> None:
    slow = Counter(seconds=1.0)
    first = asyncio.create_task(post(works, ada.tenant_id, slow))
    await slow.started.wait()
    began = asyncio.get_running_loop().time()
    with pytest.raises(RequestInFlightError) as refusal:
        await post(works, ada.tenant_id, slow)
    waited = asyncio.get_running_loop().time() - began

    assert refusal.value.headers == {"Retry-After": "1"}
    assert waited < 0.9
    assert answer(await first) == answer(await post(works, ada.tenant_id, slow))
    assert slow.happened == 1


async def test_failed_first_leaves_no_trace(works: Database, ada: Someone) -> None:
    class Failing(Counter):
        async def __call__(self) -> dict[str, int]:
            await super().__call__()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await post(works, ada.tenant_id, Failing())

    assert answer(await post(works, ada.tenant_id, Counter())) == (201, b'{"number":1}')


async def test_second_wins_when_the_first_rolls_back_meanwhile(
    works: Database, ada: Someone
) -> None:
    slow, effect = Counter(seconds=60), Counter()
    first = asyncio.create_task(post(works, ada.tenant_id, slow))
    await slow.started.wait()
    second = asyncio.create_task(post(works, ada.tenant_id, effect))
    await asyncio.sleep(0.05)
    first.cancel()

    assert answer(await second) == (201, b'{"number":1}')
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_of_twenty_at_once_exactly_one_happens(works: Database, ada: Someone) -> None:
    effect = Counter(seconds=0.05)
    ended = await asyncio.gather(
        *(post(works, ada.tenant_id, effect) for _ in range(20)), return_exceptions=True
    )

    assert effect.happened == 1
    answered = [end for end in ended if isinstance(end, Response)]
    assert answered
    assert {answer(end) for end in answered} == {(201, b'{"number":1}')}
    assert {type(end) for end in ended} <= {Response, RequestInFlightError}


async def test_lock_timeout_is_gone_when_the_effect_runs(works: Database, ada: Someone) -> None:
    async with works.tenant_session(ada.tenant_id) as session:
        once = IdempotentRequest(session=session, key="k", fingerprint=BODY)

        async def read_timeout() -> str:
            return await session.scalar(select(func.current_setting("lock_timeout"))) or ""

        assert (await once.run(read_timeout, status=200)).content == "0"


async def test_secret_is_not_written_down(works: Database, ada: Someone) -> None:
    async def make() -> dict[str, str]:
        return {"secret": "tell nobody"}

    async with works.tenant_session(ada.tenant_id) as session:
        once = IdempotentRequest(session=session, key="k", fingerprint=BODY)
        first = await once.run(make, status=201, remember=lambda view: view | {"secret": ""})
        stored = await session.scalar(select(IdempotencyRecord.body))

    assert first.content == {"secret": "tell nobody"}
    assert msgspec.json.decode(stored or b"") == {"secret": ""}


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\nb", "\x00"])
async def test_unusable_key_is_refused(works: Database, ada: Someone, key: str) -> None:
    with pytest.raises(IdempotencyKeyInvalidError):
        await post(works, ada.tenant_id, Counter(), key=key)


async def test_answers_are_forgotten_after_a_day_of_all_tenants(empty_works: Database) -> None:
    ada, bob = await make_someone(empty_works), await make_someone(empty_works)
    for someone in (ada, bob):
        await post(empty_works, someone.tenant_id, Counter())
    now = datetime.now(UTC)

    assert await forget_old_requests(empty_works, now=now + timedelta(hours=23)) == 0
    assert await forget_old_requests(empty_works, now=now + timedelta(hours=25)) == 2
    effect = Counter()
    await post(empty_works, ada.tenant_id, effect)
    assert effect.happened == 1


def test_fingerprint_tells_where_each_part_ends() -> None:
    assert fingerprint("POST", "/a", b"b") != fingerprint("POST", "/ab", b"")
    assert fingerprint("POST", "/a", b"b") == fingerprint("POST", "/a", b"b")
