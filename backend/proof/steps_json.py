"""Checks of what a response holds: its fields, its lists, its pattern and its schema."""

from typing import Any

from backend.blueprints.blueprint import Step
from backend.proof.bounded_work import run_bounded
from backend.proof.errors import StepFailedError
from backend.proof.http_exchange import Request, send
from backend.proof.json_patterns import first_difference
from backend.proof.json_values import (
    are_equal,
    is_of_kind,
    read_json,
    shown,
    shown_kind,
)
from backend.proof.scene import Handler, Scene
from backend.proof.steps_http import field, response, response_json
from backend.proof.subject import ApiSubject
from backend.proof.words import counted, quoted, shorten

_REPEATS = 20
_SLOW_ALLOWED = 1  # of 20, so that 95 in a hundred are in time
_SUCCESS = 200


async def check_field(scene: Scene, step: Step) -> None:
    """H07: a field's value."""
    path, written = map(str, step.arguments)
    value, wanted = field(scene, path), read_json(written)
    if not are_equal(value, wanted):
        raise StepFailedError(f"{_named(path)} is {shown(value)}, not {shown(wanted)}.")


async def check_kind(scene: Scene, step: Step) -> None:
    """H08: a field's kind."""
    path, kind = map(str, step.arguments)
    value = field(scene, path)
    if not is_of_kind(value, kind):
        raise StepFailedError(f"{_named(path)} is {shown(value)}, which is no {kind}.")


async def check_count(scene: Scene, step: Step) -> None:
    """H09: how many items a list has."""
    path = str(step.arguments[0])
    value = field(scene, path)
    if not isinstance(value, list):
        raise StepFailedError(f"{_named(path)} is {shown_kind(value)}, not a list.")
    if len(value) != step.arguments[1]:
        raise StepFailedError(
            f"{_named(path)} has {counted(len(value), 'item')}, not {step.arguments[1]}: "
            f"{shown(value)}."
        )


async def check_pattern(scene: Scene, step: Step) -> None:
    """H10: at least these fields, with these values or of these kinds."""
    fault = first_difference(read_json(step.document or ""), response_json(scene))
    if fault is not None:
        raise StepFailedError(fault)


def _named(path: str) -> str:
    return f'The field "{shorten(path)}"' if path else "The response"


async def check_schema(scene: Scene, step: Step) -> None:
    """H11: the schema of this name in the product's own OpenAPI document."""
    name = str(step.arguments[0])
    value = response_json(scene)
    document, schema = await _schema(scene, name)
    scene.tools.notes.append(f"--- schema {name}\n{shown(schema)}")
    answer = await run_bounded(
        "backend.proof.schema_check",
        {"document": _plain(document), "name": name, "value": _plain(value)},
    )
    if answer is None or not isinstance(answer.get("fault"), str):
        raise StepFailedError(f'The schema "{shorten(name)}" could not be checked in time.')
    if answer["fault"]:
        raise StepFailedError(
            f'The response breaks the schema "{name}": {shorten(answer["fault"])}'
        )


async def _schema(scene: Scene, name: str) -> tuple[dict[str, Any], Any]:
    path = scene.subject.schema_path if isinstance(scene.subject, ApiSubject) else None
    if path is None:
        raise StepFailedError("The product names no OpenAPI document: [run] schema is missing.")
    exchange = await send(
        scene.tools.client,
        scene.subject.address,
        Request(method="GET", path=path, headers={"Accept": "application/json"}),
        within_seconds=scene.run.command_seconds,
    )
    try:
        document = read_json(exchange.body.decode()) if not exchange.is_cut else None
    except ValueError:
        document = None
    if exchange.status != _SUCCESS or not isinstance(document, dict):
        raise StepFailedError(f"No OpenAPI document lies at {path} (status {exchange.status}).")
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith("3.1"):
        raise StepFailedError(f"The document at {path} is not OpenAPI 3.1 but {shown(version)}.")
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    known = schemas if isinstance(schemas, dict) else {}
    if name not in known:
        raise StepFailedError(f'There is no schema "{shorten(name)}"; there are {quoted(known)}.')
    if known[name] in ({}, True):
        raise StepFailedError(f'The schema "{shorten(name)}" asks for nothing.')
    return document, known[name]


def _plain(value: Any) -> Any:
    """Return JSON with ordinary numbers, as the schema's own arithmetic needs them."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int) else float(value)


async def check_speed(scene: Scene, step: Step) -> None:
    """H13: of 20 repeats of the last GET request, 19 arrive in time."""
    first = response(scene)
    limit = int(step.arguments[0])
    if first.request.method != "GET":
        raise StepFailedError("Only a GET request is repeated to measure it.")
    took: list[float] = []
    for _ in range(_REPEATS):
        again = await send(
            scene.tools.client,
            scene.subject.address,
            first.request,
            within_seconds=scene.run.command_seconds,
        )
        if again.status != first.status:
            raise StepFailedError(
                f"A repeat was answered with status {again.status}, not {first.status}."
            )
        took.append(again.seconds * 1000)
        if sum(one > limit for one in took) > _SLOW_ALLOWED:
            break
    scene.tools.notes.append("milliseconds: " + " ".join(f"{one:.0f}" for one in took))
    slow = sorted(one for one in took if one > limit)
    if len(slow) > _SLOW_ALLOWED:
        raise StepFailedError(
            f"{len(slow)} of {len(took)} repeats took longer than {limit} ms: "
            f"{', '.join(f'{one:.0f} ms' for one in slow)}."
        )


JSON: dict[str, Handler] = {
    "H07": check_field,
    "H08": check_kind,
    "H09": check_count,
    "H10": check_pattern,
    "H11": check_schema,
    "H13": check_speed,
}
