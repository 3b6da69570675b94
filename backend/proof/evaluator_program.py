"""The program that evaluates a library's expressions inside its sandbox and says what came out.

It is read by the interpreter of the product's toolchain and uses nothing but the standard library.
What it answers is a plain form of each value, never a verdict: values are compared outside, and
what is expected of an expression is not told in here as long as it is a literal.
"""

import datetime as dt
import decimal
import enum
import fractions
import json
import os
import pathlib
import socket
import sys
import traceback
import types
import uuid
from collections.abc import Callable
from typing import Any

LENGTH_DIGITS = 8
_MOST_PARTS = 50_000
_DEEPEST = 60
_LONGEST_MESSAGE = 500
_BY_TEXT = (dt.datetime, dt.date, dt.time, dt.timedelta, uuid.UUID)
_BASES = (int, float, complex, str, bytes, list, tuple, set, frozenset, dict)

Form = list[Any]


class IncomparableError(Exception):
    """A value whose contents cannot be told."""


def canonical(value: Any) -> Form:
    """Return a value as plain lists and texts; raise IncomparableError where that cannot be."""
    return _Writer().write(value, 0)


class _Writer:
    """Writes one value, however it is nested, up to a limit."""

    def __init__(self) -> None:
        self._left = _MOST_PARTS

    def write(self, value: Any, depth: int) -> Form:
        """Return the form of a value; only its exact type counts, never what it says of itself."""
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            raise IncomparableError("a value that is too large or nested too deeply")
        kind = type(value)
        plain = _PLAIN.get(kind)
        if plain is not None:
            return plain(value)
        if kind in (list, tuple, set, frozenset):
            return [kind.__name__, [self.write(item, depth + 1) for item in value]]
        if kind is dict:
            return ["dict", [self._pair(key, item, depth) for key, item in value.items()]]
        return self._object(value, kind, depth)

    def _pair(self, key: Any, value: Any, depth: int) -> Form:
        return [self.write(key, depth + 1), self.write(value, depth + 1)]

    def _object(self, value: Any, kind: type, depth: int) -> Form:
        base = next((one for one in _BASES if one in kind.__mro__), None)
        if base is not None and _finds(kind, "__eq__") is _finds(base, "__eq__"):
            return self.write(_AS_BASE[base](value), depth)  # compared as what it is made from
        if not all(_is_open(one) for one in kind.__mro__ if one not in (object, *_BASES)):
            raise IncomparableError(f"an object of the class {_name(kind)}")
        state = [[name, self.write(item, depth + 1)] for name, item in _state(value, kind)]
        inner = None if base is None else self.write(_AS_BASE[base](value), depth + 1)
        return ["object", _name(kind), sorted(state, key=lambda pair: str(pair[0])), inner]


_PLAIN: dict[type, Callable[[Any], Form]] = {
    type(None): lambda _: ["none"],
    type(...): lambda _: ["ellipsis"],
    bool: lambda value: ["bool", value],
    int: lambda value: ["int", hex(value)],
    float: lambda value: ["float", value.hex()],
    complex: lambda value: ["complex", value.real.hex(), value.imag.hex()],
    str: lambda value: ["str", value],
    bytes: lambda value: ["bytes", value.hex()],
    range: lambda value: ["range", [hex(value.start), hex(value.stop), hex(value.step)]],
    decimal.Decimal: lambda value: ["decimal", str(value)],
    fractions.Fraction: lambda value: ["fraction", hex(value.numerator), hex(value.denominator)],
    **{one: lambda value: ["text", type(value).__name__, str(value)] for one in _BY_TEXT},
    pathlib.PosixPath: lambda value: ["text", "Path", str(value)],
}
# Each reads the contents through the plain type itself, past whatever a subclass overrides.
_AS_BASE: dict[type, Callable[[Any], Any]] = {
    int: lambda value: int.__add__(value, 0),
    float: lambda value: float.__add__(value, 0.0),
    complex: lambda value: complex.__add__(value, 0j),
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    list: lambda value: list(list.__iter__(value)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
}


def _finds(kind: type, name: str) -> Any:
    return next((vars(one)[name] for one in kind.__mro__ if name in vars(one)), None)


def _is_open(kind: type) -> bool:
    """Whether a class was written in Python, so that all it holds can be seen."""
    module = sys.modules.get(kind.__module__)
    file = getattr(module, "__file__", None)
    return kind.__module__ == "__main__" or (isinstance(file, str) and file.endswith(".py"))


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _state(value: Any, kind: type) -> list[tuple[str, Any]]:
    if enum.Enum in kind.__mro__:
        return [("name", object.__getattribute__(value, "_name_"))]
    if type in kind.__mro__:
        raise IncomparableError("a class")
    fields = _finds(kind, "__dataclass_fields__")
    if fields is not None:
        kept = [name for name, field in fields.items() if field.compare]
        return [(name, object.__getattribute__(value, name)) for name in kept]
    found: dict[str, Any] = {}
    for one in kind.__mro__:
        slots = vars(one).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            _read_slot(one, name, value, found)
    if any("__dict__" in vars(one) for one in kind.__mro__):
        found.update(object.__getattribute__(value, "__dict__"))
    return list(found.items())


def _read_slot(owner: type, name: str, value: Any, found: dict[str, Any]) -> None:
    if name in ("__dict__", "__weakref__"):
        return
    try:
        found[name] = object.__getattribute__(value, name)
    except AttributeError:
        private = f"_{owner.__name__.lstrip('_')}{name}"
        if private in vars(owner):
            found[private] = object.__getattribute__(value, private)


class _Session:
    """The names that the scenario's programs have made, and what is done with them."""

    def __init__(self) -> None:
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main  # programs see a module of their own, not this one
        self._names = vars(main)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out one request; whatever it raises is an answer too."""
        try:
            if request["kind"] == "run":
                exec(compile(request["code"], "<program>", "exec"), self._names)  # noqa: S102 (the author's own program, in the product's sandbox)
                return {"value": ["none"], "shown": ""}
            names = self._names
            if "inputs" in request:
                names = {**names, **{k: _read_input(v) for k, v in request["inputs"].items()}}
            value = eval(compile(request["code"], "<expression>", "eval"), names)  # noqa: S307 (as above)
        except BaseException as error:  # noqa: BLE001 (an exit is an answer as well)
            return {"raised": _told(error)}
        try:
            return {"value": canonical(value)}
        except IncomparableError as error:
            return {"opaque": str(error)}
        except BaseException as error:  # noqa: BLE001 (contents that raise when they are read)
            return {"opaque": f"a value that raises {type(error).__name__} when it is read"}


def _read_input(form: Form) -> Any:
    kind, content = form[0], form[1]
    if kind == "list":
        return [_read_input(item) for item in content]
    if kind == "int":
        return int(content, 16)
    return float.fromhex(content) if kind == "float" else content


def _told(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    try:
        message = str(error)[:_LONGEST_MESSAGE]
    except BaseException:  # noqa: BLE001 (an error that cannot say what it is)
        message = ""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if frame.filename == "<program>"]
    return {
        "name": kind.__name__,
        "classes": [_name(one) for one in kind.__mro__],
        "message": message,
        "line": own[-1] if own else None,
    }


def _receive(connection: socket.socket, length: int) -> bytes:
    content = b""
    while len(content) < length:
        chunk = connection.recv(length - len(content))
        if not chunk:
            os._exit(0)  # nobody asks any more; threads of the product are not waited for
        content += chunk
    return content


def serve(port: int, import_root: str) -> None:
    """Answer the one who connects first, request by request."""
    listener = socket.create_server(("127.0.0.1", port))
    connection, _ = listener.accept()
    listener.close()
    session = _Session()
    sys.path.insert(0, import_root)
    while True:
        length = int(_receive(connection, LENGTH_DIGITS), 16)
        request = json.loads(_receive(connection, length))
        answer = {**session.answer(request), "token": request["token"]}
        sys.stdout.flush()
        sys.stderr.flush()
        content = json.dumps(answer).encode()
        connection.sendall(f"{len(content):0{LENGTH_DIGITS}x}".encode() + content)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
