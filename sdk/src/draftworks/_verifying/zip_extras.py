"""The fields beside a name in a zip: times and owners in their exact shapes, and nothing else.

Anything else could rename a file for some programs, or hide one.
"""

import re
import struct

_HEAD = struct.Struct("<2H")  # kind and size, before the field itself
_TIMES, _OLD_TIMES, _OWNER, _OLD_OWNER, _WINDOWS_TIMES = 0x5455, 0x5855, 0x7875, 0x7855, 0x000A

# Beside a file: flags and the times that they announce; times and perhaps an owner; and so on.
_BESIDE = {
    _TIMES: rb"[\x01\x02\x04].{4}|[\x03\x05\x06].{8}|\x07.{12}",
    _OLD_TIMES: rb".{8}|.{12}",
    _OWNER: rb"\x01\x04.{4}\x04.{4}",
    _OLD_OWNER: rb".{4}",
    _WINDOWS_TIMES: rb"\x00{4}\x01\x00\x18\x00.{24}",
}
# In the directory an owner may be left out, and every time but that of the last writing.
_LISTED = _BESIDE | {
    _TIMES: _BESIDE[_TIMES] + rb"|[\x01\x03\x05\x07].{4}",
    _OLD_TIMES: rb".{8}",
    _OLD_OWNER: rb"",
}


def are_plain(beside: bytes, listed: bytes) -> bool:
    """Whether beside a file and in the directory stand only times and owners, and they agree."""
    near, far = _fields(beside), _fields(listed)
    return (
        near is not None
        and far is not None
        and _are_shaped(near, _BESIDE)
        and _are_shaped(far, _LISTED)
        and all(near.get(kind, data).startswith(data) for kind, data in far.items())
    )


def unrepeated_owner(beside: bytes) -> bytes:
    """Return the owner that an old packer tells beside a file and not in the directory."""
    fields = _fields(beside) or {}
    return fields.get(_OLD_TIMES, b"")[8:] + fields.get(_OLD_OWNER, b"")


def _fields(extra: bytes) -> dict[int, bytes] | None:
    """Return the fields by their kind, or None where bytes are none of them."""
    found: dict[int, bytes] = {}
    while extra:
        if len(extra) < _HEAD.size:
            return None
        kind, size = _HEAD.unpack_from(extra)
        data, extra = extra[_HEAD.size : _HEAD.size + size], extra[_HEAD.size + size :]
        if kind in found or len(data) != size:
            return None
        found[kind] = data
    return found


def _are_shaped(fields: dict[int, bytes], shapes: dict[int, bytes]) -> bool:
    return all(
        kind in shapes and re.fullmatch(shapes[kind], data, re.DOTALL)
        for kind, data in fields.items()
    )
