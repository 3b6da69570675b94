"""One thing that is wrong with a bundle, and where: what every check yields."""

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """A plain sentence about one file of the bundle, or one part of its statement."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"
