"""The parts that a machine brings itself: a real PostgreSQL, a real Redis, nothing to install."""

from backend.embedded.postgres import EmbeddedPostgres
from backend.embedded.redis import EmbeddedRedis

__all__ = ["EmbeddedPostgres", "EmbeddedRedis"]
