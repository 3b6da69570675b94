"""arq as the doorbell: a ring says that there may be work; the work itself is in Postgres."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog
from arq.connections import ArqRedis, RedisSettings
from arq.worker import Worker, func
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError
from sqlalchemy import text

from backend.builds.notifications import Notifications, wait_for
from tenants.database import Database

QUEUE = "draftworks:build"
TICK = "tick"
RECONNECT_SECONDS = 2.0
LOOK_SECONDS = 5.0
TAKE = text("select id, topic, payload from take_outbox(:most)")
WAITING = text("select build_id, fence from waiting_builds(:most)")
MOST = 100

log = structlog.get_logger()


def redis_settings(url: str) -> RedisSettings:
    """Read a Redis address for arq; the settings are never logged, they hold the password."""
    settings = RedisSettings.from_dsn(url)
    settings.retry = Retry(ExponentialBackoff(cap=1.0, base=0.05), retries=3)
    settings.retry_on_error = [RedisError]
    return settings


async def ring(pool: ArqRedis, job_id: str) -> None:
    """Ring for one build; the same ring twice is one ring."""
    await pool.enqueue_job(TICK, _job_id=job_id, _queue_name=QUEUE)


async def answer(redis_url: str, bell: asyncio.Event) -> None:
    """Set the bell at each ring, for ever; without Redis the worker's own looks must do."""

    async def tick(ctx: dict[Any, Any], *_: Any, **__: Any) -> None:
        del ctx  # arq hands its context over by this name
        bell.set()

    while True:
        worker = Worker(
            functions=[func(tick, name=TICK, timeout=10, keep_result=0)],
            queue_name=QUEUE,
            redis_settings=redis_settings(redis_url),
            handle_signals=False,
            max_tries=50,
            poll_delay=0.1,
            job_serializer=msgspec.msgpack.encode,
            job_deserializer=msgspec.msgpack.decode,
        )
        try:
            await worker.main()
        except (RedisError, OSError) as error:
            log.warning("doorbell_lost", error=type(error).__name__)
        finally:
            with contextlib.suppress(RedisError, OSError):
                await worker.close()
        await asyncio.sleep(RECONNECT_SECONDS)


async def relay(database: Database, redis_url: str, notifications: Notifications) -> None:
    """Pass the outbox on to Redis, for ever, woken by the database."""
    with notifications.subscribe("outbox", "") as bell:
        while True:
            try:
                await _relay_until_lost(database, redis_url, bell)
            except (RedisError, OSError) as error:
                log.warning("relay_lost", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)


async def _relay_until_lost(database: Database, redis_url: str, bell: asyncio.Event) -> None:
    async with open_bell(redis_url) as pool:
        while True:
            bell.clear()
            await _pass_on(database, pool)
            await wait_for(bell, LOOK_SECONDS)


@asynccontextmanager
async def open_bell(redis_url: str) -> AsyncIterator[ArqRedis]:
    """Open arq's connections; made without waiting, so that a cancel can leave none behind."""
    connections = ConnectionPool.from_url(redis_url)
    try:
        yield ArqRedis(
            connections,
            job_serializer=msgspec.msgpack.encode,
            job_deserializer=msgspec.msgpack.decode,
            default_queue_name=QUEUE,
        )
    finally:
        await connections.disconnect(inuse_connections=True)


async def _pass_on(database: Database, pool: ArqRedis) -> None:
    """Ring for every unsent message; they count as sent only when every ring was taken."""
    async with database.operator_session() as session:
        for message in await session.execute(TAKE, {"most": MOST}):
            await ring(pool, f"{message.topic}:{message.id}")


async def sweep(database: Database, redis_url: str) -> int:
    """Ring again for everything that waits: a lost ring costs one sweep, never a build."""
    async with database.operator_session() as session:
        waiting = (await session.execute(WAITING, {"most": MOST})).all()
    if not waiting:
        return 0
    async with open_bell(redis_url) as pool:
        for row in waiting:
            await ring(pool, f"build:{row.build_id}:{row.fence}")
    return len(waiting)
