"""Tells the API's description how errors look: every route may answer with a problem."""

from http import HTTPMethod

from litestar import Litestar
from litestar.openapi.spec import OpenAPI, OpenAPIMediaType, OpenAPIResponse, Reference, Schema
from litestar.openapi.spec.enums import OpenAPIType

from backend.web.errors import MEDIA_TYPE

TEXT = Schema(type=OpenAPIType.STRING)
PROBLEM = Schema(
    title="Problem",
    type=OpenAPIType.OBJECT,
    description="RFC 9457: what went wrong; `code` is for programs, `detail` for people.",
    properties={
        "type": TEXT,
        "title": TEXT,
        "status": Schema(type=OpenAPIType.INTEGER),
        "code": TEXT,
        "detail": TEXT,
        "request_id": TEXT,
        "errors": Schema(type=OpenAPIType.ARRAY, items=Schema(type=OpenAPIType.OBJECT)),
    },
    required=["type", "title", "status", "code"],
)


def describe_problems(app: Litestar) -> None:
    """Put one answer in place of the framework's own idea of an error, on every route."""
    described = app.openapi_schema
    described.components.schemas["Problem"] = PROBLEM
    content = OpenAPIMediaType(schema=Reference(ref="#/components/schemas/Problem"))
    problem = OpenAPIResponse(
        description="Any error: RFC 9457 problem details", content={MEDIA_TYPE: content}
    )
    for responses in _responses(described):
        for status in [status for status in responses if not status.startswith("2")]:
            del responses[status]
        responses["default"] = problem


def _responses(described: OpenAPI) -> list[dict[str, OpenAPIResponse | Reference]]:
    operations = [
        getattr(item, method.lower())
        for item in (described.paths or {}).values()
        for method in (HTTPMethod.GET, HTTPMethod.POST, HTTPMethod.DELETE)
    ]
    return [operation.responses for operation in operations if operation is not None]
