"""Sets aside what a call may cost before it is made, for all agents that share the money."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec

from backend.agent.errors import BudgetExceededError
from backend.agent.usage import NO_TOKENS, TokenUsage
from billing.model_prices import MODEL_PRICES, ModelPrice, model_price


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What one call cost; what broke off, `wasted_micros`, is the works' to bear."""

    model: str
    usage: TokenUsage
    wasted: TokenUsage
    cost_micros: int
    wasted_micros: int


Record = Callable[[Spending], Awaitable[None]]


class Reservation:
    """What is set aside for one call, until the call says what it used."""

    def __init__(self, model: str, price_of: Callable[[int], ModelPrice]) -> None:
        self._model = model
        self._price_of = price_of
        self.spending: Spending | None = None

    def settle(self, usage: TokenUsage, wasted: TokenUsage) -> None:
        """Say what was used."""
        self.spending = Spending(
            model=self._model,
            usage=usage,
            wasted=wasted,
            cost_micros=self._cost(usage),
            wasted_micros=self._cost(wasted),
        )

    def _cost(self, usage: TokenUsage) -> int:
        return self._price_of(usage.prompt).cost_micros(
            fresh=usage.fresh,
            cache_written=usage.cache_written,
            cache_read=usage.cache_read,
            output=usage.output,
        )


class Budget:
    """So many micro-dollars for several agents at once; a call that might need more is not made."""

    def __init__(
        self,
        left_micros: int,
        record: Record,
        *,
        prices: tuple[ModelPrice, ...] = MODEL_PRICES,
        at: datetime | None = None,
    ) -> None:
        self._left_micros = left_micros
        self._held_micros = 0
        self._record = record
        self._prices = prices
        self._at = at

    @property
    def left_micros(self) -> int:
        """What is neither spent nor set aside."""
        return self._left_micros - self._held_micros

    @asynccontextmanager
    async def reserve(self, model: str, *, prompt: int, output: int) -> AsyncIterator[Reservation]:
        """Set the worst case of a call aside for as long as the block lasts.

        Raise BudgetExceededError when there is not so much left, and UnknownPriceError for a model
        without a price. A block that is broken off without settling may have spent it all: nobody
        knows, so the worst case counts as wasted.
        """

        def price_of(tokens: int) -> ModelPrice:
            return model_price(model, prompt=tokens, at=self._at, prices=self._prices)

        most = price_of(prompt).most_micros(prompt=prompt, output=output)
        if most > self.left_micros:
            raise BudgetExceededError(needed_micros=most, left_micros=self.left_micros)
        self._held_micros += most
        reservation = Reservation(model, price_of)
        try:
            yield reservation
        except BaseException:
            if reservation.spending is None:
                all_of_it = TokenUsage(cache_written=prompt, output=output)
                reservation.settle(NO_TOKENS, wasted=all_of_it)
            raise
        finally:
            self._held_micros -= most
            if reservation.spending is not None:
                self._left_micros -= reservation.spending.cost_micros
                await self._record(reservation.spending)
