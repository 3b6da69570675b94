"""What a page says after something was done: carried to the next page by a cookie."""

from litestar.datastructures import Cookie
from litestar.response import Redirect

from app import store
from app.entities import Entity
from app.model import BY_KEY
from app.web import AnyRequest

COOKIE = "message"
SECONDS = 30

SAVED = "saved"
DELETED = "deleted"
IMPORTED = "imported"
IN_USE = "in-use"


def going_to(address: str, what: str, entity: Entity, number: int = 0) -> Redirect:
    """Send the browser to a page that says what was done."""
    cookie = Cookie(
        COOKIE,
        value=f"{what}.{entity.key}.{number}",
        max_age=SECONDS,
        httponly=True,
        samesite="lax",
    )
    return Redirect(address, status_code=303, cookies=[cookie])


def read(request: AnyRequest) -> str:
    """Return the words to say on this page; the server then drops the cookie."""
    what, _, rest = request.cookies.get(COOKIE, "").partition(".")
    key, _, number = rest.partition(".")
    request.scope["message_shown"] = COOKIE in request.cookies
    if key not in BY_KEY or not number.isdecimal() or len(number) > 18:
        return ""
    entity = BY_KEY[key]
    if what == IN_USE:
        return in_use(entity, int(number))
    sentences = {
        SAVED: f"{entity.name} saved",
        DELETED: f"{entity.name} deleted",
        IMPORTED: f"{entity.count(int(number))} imported",
    }
    return sentences.get(what, "")


def in_use(entity: Entity, record_id: int) -> str:
    """Say what keeps a record from being deleted: "Pub is used by 2 kegs"."""
    with store.reading() as connection:
        uses = store.users(connection, entity, record_id)
    counted = [other.count(number) for other, number in uses]
    return f"{entity.name} is used by {' and '.join(counted)}" if counted else ""
