"""Finds the one file in a zip that is packed in another way than its packer packs.

One content can be packed in many ways, so a bit may change and the same come out. Who packed all
others with zlib did so with this one, too. Other packers leave nothing to compare with.
"""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from draftworks._errors import BundleError

Read = Callable[[str], Iterable[bytes]]
_LEVELS = (6, 9, 1, 2, 3, 4, 5, 7, 8)  # the usual ones first


def odd_one_out(names: Sequence[str], content: Read, packed: Read) -> str | None:
    """Return the file that alone is packed otherwise, if all the others are packed alike."""
    suspect = None
    for level in _LEVELS:
        odd = list(islice(_packed_otherwise(names, content, packed, level), 2))
        if not odd:
            return None
        if len(odd) == 1:
            suspect = odd[0]
    return suspect


def _packed_otherwise(
    names: Sequence[str], content: Read, packed: Read, level: int
) -> Iterator[str]:
    for name in names:
        try:
            again = _digest(_pack(content(name), level))
        except BundleError:
            continue  # it is damaged, and named when it is read
        if again != _digest(packed(name)):
            yield name


def _pack(content: Iterable[bytes], level: int) -> Iterator[bytes]:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    for block in content:
        yield packer.compress(block)
    yield packer.flush()


def _digest(blocks: Iterable[bytes]) -> bytes:
    whole = hashlib.sha256()
    for block in blocks:
        whole.update(block)
    return whole.digest()
