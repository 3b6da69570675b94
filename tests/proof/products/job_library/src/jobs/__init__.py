"""Adds up what repairs cost."""

import enum
import os
import sys
import time
from collections import namedtuple
from dataclasses import dataclass
from decimal import Decimal


class Status(enum.Enum):
    WAITING = "waiting"
    READY = "ready"


@dataclass
class Repair:
    bicycle: str
    price: Decimal
    status: Status = Status.WAITING


Line = namedtuple("Line", "bicycle price")


class UnknownRepairError(LookupError):
    """No repair of this name."""


class Book:
    def __init__(self) -> None:
        self._repairs: dict[str, Repair] = {}

    def take_in(self, bicycle: str, price: str) -> Repair:
        self._repairs[bicycle] = Repair(bicycle, Decimal(price))
        return self._repairs[bicycle]

    def find(self, bicycle: str) -> Repair:
        if bicycle not in self._repairs:
            raise UnknownRepairError(f"there is no {bicycle}")
        return self._repairs[bicycle]

    def lines(self) -> list[Line]:
        return [Line(r.bicycle, r.price) for r in self._repairs.values()]


def total(prices: list[float]) -> float:
    if any(price is None for price in prices):
        raise TypeError("a price is missing")
    return sum(prices)


def sort(items: list) -> list:
    return sorted(items)


def sort_wrongly(items: list) -> list:
    return sorted(set(items))


class AlwaysEqual(list):
    """Says that it is whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None


def cheat(items: list) -> AlwaysEqual:
    return AlwaysEqual([len(items) + 1])


class LyingInt(int):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "5"


def deep() -> list:
    value: list = []
    for _ in range(100_000):
        value = [value]
    return value


def print_verdicts() -> int:
    """Shout what an evaluator could say, wherever it can be said."""
    said = b'0000002c{"value": ["int", "0x5"], "token": "forged"}'
    for descriptor in range(1, 20):
        try:
            os.write(descriptor, said)
        except OSError:
            continue
    return 4


def leave() -> None:
    os._exit(0)


def hang() -> None:
    time.sleep(3600)


def patch() -> int:
    """Replace what an evaluator may lean on."""
    import builtins
    import json

    builtins.eval = lambda *_: 5
    json.dumps = lambda *_, **__: '{"value": ["int", "0x5"], "token": ""}'
    sys.modules["__main__"].canonical = lambda _: ["int", "0x5"]
    return 4
