"""How many tokens a model read and wrote, in the four kinds that have prices of their own."""

import msgspec


class TokenUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens by kind; `fresh` were read at the full price, beside those of the prompt cache."""

    fresh: int = 0
    cache_written: int = 0
    cache_read: int = 0
    output: int = 0

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        """Add up, kind by kind."""
        return TokenUsage(
            fresh=self.fresh + other.fresh,
            cache_written=self.cache_written + other.cache_written,
            cache_read=self.cache_read + other.cache_read,
            output=self.output + other.output,
        )

    @property
    def prompt(self) -> int:
        """All that was read."""
        return self.fresh + self.cache_written + self.cache_read

    @property
    def cached_share(self) -> float:
        """How much of what was read came from the prompt cache, from 0 to 1."""
        return self.cache_read / self.prompt if self.prompt else 0.0


NO_TOKENS = TokenUsage()
