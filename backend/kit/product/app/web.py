"""What every page shares: finding the record of an address, and filling a template."""

from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from app import queries
from app.entities import Entity
from app.files import Upload
from app.model import BY_PATH
from app.queries import Record

AnyRequest = Request[Any, Any, Any]


def provide_entity(plural: FromPath[str]) -> Entity:
    """Find the entity that an address names."""
    if plural not in BY_PATH:
        raise NotFoundException
    return BY_PATH[plural]


def provide_record(entity: NamedDependency[Entity], record_id: FromPath[int]) -> Record:
    """Find the record that an address names."""
    record = queries.one(entity, record_id)
    if record is None:
        raise NotFoundException
    return record


async def provide_form(request: AnyRequest) -> FormMultiDict:
    """Read what a form has sent."""
    return await request.form()


DEPENDENCIES = {
    "entity": Provide(provide_entity, sync_to_thread=False),
    "record": Provide(provide_record, sync_to_thread=True),
    "form": Provide(provide_form),
}


def page(name: str, **context: Any) -> Template:
    """Fill a template; `base.html.jinja` says what each page may pass."""
    shared = {"entity": None, "message": ""}
    return Template(
        f"{name}.html.jinja", context=shared | context, media_type="text/html"
    )


def text_of(form: FormMultiDict, key: str) -> str:
    """Return what a control sent as text."""
    value = form.get(key, "")
    return value if isinstance(value, str) else ""


def upload_of(form: FormMultiDict, key: str) -> Upload | None:
    """Return the file that a control sent, if one was chosen."""
    value = form.get(key)
    if not isinstance(value, UploadFile) or not value.filename:
        return None
    return Upload(value.filename, value.file.read())
