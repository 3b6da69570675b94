"""What every look at a page without a step shares: the page, and what may be said about it."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One thing that an oracle has to say; what it cannot tell for certain never decides.

    Remarks on the same `topic` are told once, though their words differ.
    """

    message: str
    is_certain: bool = True
    topic: str = ""


def path_of(address: str) -> str:
    """Return the path of a page's address: a product's port is another in each run."""
    return urlsplit(address).path or "/"


def is_own(address: str, origin: str) -> bool:
    """Whether an address lies on the product's own origin."""
    wanted, found = urlsplit(origin), urlsplit(address)
    return (found.scheme, found.netloc) == (wanted.scheme, wanted.netloc)
