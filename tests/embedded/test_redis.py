"""The embedded Redis keeps what it was told and never throws a queue away to save memory."""

from collections.abc import Callable

import redis

from backend.embedded import EmbeddedRedis

MakeRedis = Callable[[], EmbeddedRedis]


def test_values_survive_a_restart(make_redis: MakeRedis) -> None:
    make_redis().start()
    with redis.Redis.from_url(make_redis().url) as connection:
        connection.set("bell", "rung")
    make_redis().stop()

    make_redis().start()

    with redis.Redis.from_url(make_redis().url) as connection:
        assert connection.get("bell") == b"rung"


def test_nothing_is_evicted_and_no_port_is_open(make_redis: MakeRedis) -> None:
    make_redis().start()

    with redis.Redis.from_url(make_redis().url) as connection:
        found = {name: connection.config_get(name)[name] for name in ("maxmemory-policy", "port")}
    assert found == {"maxmemory-policy": "noeviction", "port": "0"}
