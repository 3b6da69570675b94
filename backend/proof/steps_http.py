"""HTTP steps: requests are sent to the product, and what came back is judged."""

import json
from typing import Any

from backend.blueprints.blueprint import Step
from backend.blueprints.json_paths import read_json_path
from backend.proof.errors import StepFailedError
from backend.proof.http_exchange import Exchange, Request, send
from backend.proof.json_values import find, read_json, shown, shown_kind
from backend.proof.remembered_values import type_of_body
from backend.proof.scene import Handler, Scene
from backend.proof.subject import ApiSubject
from backend.proof.words import quoted, shorten

_TOKEN_CHARACTERS = 8192


async def set_header(scene: Scene, step: Step) -> None:
    """H03: a header of every request that follows."""
    name, value = map(str, step.arguments)
    if "\n" in value or "\r" in value:
        raise StepFailedError("A header stands on one line.")
    scene.tools.headers[name] = value


async def call_as(scene: Scene, step: Step) -> None:
    """H04: every request that follows carries this person's token."""
    if not isinstance(scene.subject, ApiSubject):
        raise StepFailedError("The product gives no access tokens.")
    token = await scene.subject.token(str(step.arguments[0]))
    if not token or len(token) > _TOKEN_CHARACTERS or not token.isascii() or " " in token:
        raise StepFailedError(f'The product\'s token command printed no token: "{shorten(token)}".')
    scene.tools.headers["Authorization"] = f"Bearer {token}"


async def send_request(scene: Scene, step: Step) -> None:
    """H01: a request without a body."""
    await _send(scene, step, body=b"", media_type="")


async def send_body(scene: Scene, step: Step) -> None:
    """H02: a request with a body: the long text as it stands, or a table as a JSON object."""
    if step.table is not None:
        fields = ", ".join(f"{json.dumps(name)}: {_cell(text)}" for name, text in step.table)
        body, media_type = f"{{{fields}}}".encode(), "application/json"
    else:
        body, media_type = (step.document or "").encode(), type_of_body(step)
    await _send(scene, step, body=body, media_type=media_type)


def _cell(text: str) -> str:
    """Return a number, true, false, null or a quoted text as it stands, all else as a text."""
    try:
        is_value = not isinstance(read_json(text), list | dict)
    except ValueError:
        is_value = False
    return text if is_value else json.dumps(text)


async def _send(scene: Scene, step: Step, *, body: bytes, media_type: str) -> None:
    headers = dict(scene.tools.headers)
    if media_type and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = media_type
    request = Request(
        method=str(step.arguments[0]), path=str(step.arguments[1]), headers=headers, body=body
    )
    scene.tools.exchange = None  # what fails to come is not judged by what came before
    scene.tools.exchange = await send(
        scene.tools.client,
        scene.subject.address,
        request,
        within_seconds=scene.run.command_seconds,
    )


def response(scene: Scene) -> Exchange:
    """Return the last response; raise StepFailedError when there is none."""
    if scene.tools.exchange is None:
        raise StepFailedError("No request has been sent yet, so there is no response.")
    return scene.tools.exchange


def response_json(scene: Scene) -> Any:
    """Return the last response's JSON; raise StepFailedError that says what it is instead."""
    exchange = response(scene)
    said = f"the response (status {exchange.status})"
    encoding = exchange.header("Content-Encoding")
    if encoding not in (None, "", "identity"):
        raise StepFailedError(f"The response is packed ({shorten(encoding)}); nobody asked for it.")
    kind = exchange.media_type
    if kind != "application/json" and not kind.endswith("+json"):
        declared = f'"{shorten(kind)}"' if kind else "nothing"
        raise StepFailedError(
            f"Its Content-Type is {declared}, not JSON: {said} holds {_start(exchange)}."
        )
    if exchange.is_cut:
        raise StepFailedError("The response is too large to be read as JSON.")
    try:
        return read_json(exchange.body.decode())
    except ValueError as error:
        raise StepFailedError(
            f"{said.capitalize()} is not JSON ({shorten(str(error))}); it holds {_start(exchange)}."
        ) from error


def _start(exchange: Exchange) -> str:
    text = shorten(exchange.body[:2000].decode(errors="replace"))
    return f'"{text}"' if text else "nothing"


def field(scene: Scene, path: str) -> Any:
    """Return the value at a path of the last response."""
    steps = read_json_path(path)
    if steps is None:
        raise StepFailedError(f'"{shorten(path)}" is not the path of a field.')
    return find(response_json(scene), steps)


async def remember(scene: Scene, step: Step) -> None:
    """H12: keep a field for later steps."""
    path, name = map(str, step.arguments)
    value = field(scene, path)
    if isinstance(value, list | dict):
        raise StepFailedError(
            f'"{shorten(path)}" is {shown_kind(value)}: only a text, a number, true, false or null '
            "can be remembered."
        )
    scene.tools.remembered[name] = value
    scene.tools.notes.append(f"{name} = {shown(value)}")


async def check_status(scene: Scene, step: Step) -> None:
    """H05: the status."""
    exchange = response(scene)
    if exchange.status != step.arguments[0]:
        raise StepFailedError(
            f"The response status is {exchange.status}, not {step.arguments[0]}. "
            f"The response says {_start(exchange)}."
        )


async def check_header(scene: Scene, step: Step) -> None:
    """H06: a header, exactly."""
    name, wanted = map(str, step.arguments)
    value = _header(scene, name)
    if value != wanted:
        raise StepFailedError(f'The header {name} is "{shorten(value)}", not "{shorten(wanted)}".')


async def check_header_part(scene: Scene, step: Step) -> None:
    """H14: a part of a header."""
    name, wanted = map(str, step.arguments)
    value = _header(scene, name)
    if wanted not in value:
        raise StepFailedError(
            f'The header {name} is "{shorten(value)}" and does not contain "{shorten(wanted)}".'
        )


def _header(scene: Scene, name: str) -> str:
    exchange = response(scene)
    value = exchange.header(name)
    if value is None:
        names = quoted(dict.fromkeys(key for key, _ in exchange.headers))
        raise StepFailedError(f'The response has no header "{shorten(name)}"; it has {names}.')
    return value


async def check_text(scene: Scene, step: Step) -> None:
    """H15: a part of the body."""
    exchange = response(scene)
    wanted = str(step.arguments[0])
    if wanted.encode() not in exchange.body:
        more = " It is larger than what is read of it." if exchange.is_cut else ""
        raise StepFailedError(
            f'The response does not contain "{shorten(wanted)}"; it holds {_start(exchange)}.{more}'
        )


HTTP: dict[str, Handler] = {
    "H01": send_request,
    "H02": send_body,
    "H03": set_header,
    "H04": call_as,
    "H05": check_status,
    "H06": check_header,
    "H12": remember,
    "H14": check_header_part,
    "H15": check_text,
}
