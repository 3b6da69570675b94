"""The pages of lists: home, each entity's list, and lists as CSV files."""

from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from app import csv_files, messages, queries
from app.entities import Entity, in_sentence
from app.fields import Field
from app.model import ENTITIES
from app.queries import Wanted
from app.web import AnyRequest, page, upload_of


@get("/", sync_to_thread=True)
def show_home() -> Template:
    """Show how much there is of everything."""
    choices = [
        (entity, field, queries.choice_counts(entity, field))
        for entity in ENTITIES
        for field in entity.choices
    ]
    return page("home", counts=queries.counts(), choices=choices)


@get("/{plural:str}", sync_to_thread=True)
def show_list(entity: NamedDependency[Entity], request: AnyRequest) -> Template:
    """Show a list; HTMX asks for its rows alone while somebody searches."""
    is_part = request.headers.get("HX-Request") == "true"
    wanted = wanted_of(entity, request)
    found = queries.page_of(entity, wanted)
    answer = page(
        "rows" if is_part else "list",
        entity=entity,
        wanted=wanted,
        found=found,
        search_label=search_label(entity),
        address_with=lambda **changes: address_with(entity, wanted, **changes),
        next_sort=next_sort,
        message=messages.read(request),
    )
    answer.headers["Vary"] = "HX-Request"
    if is_part:
        answer.headers["HX-Replace-Url"] = address_with(
            entity, wanted, page=found.number
        )
    return answer


@get("/{plural:str}/download", sync_to_thread=True)
def download_list(
    entity: NamedDependency[Entity], request: AnyRequest
) -> Response[str]:
    """Send every record that the list's search and filters leave, on all its pages."""
    records = queries.all_of(entity, wanted_of(entity, request))
    return Response(
        csv_files.write(entity, records),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{entity.path}.csv"'},
    )


@get("/{plural:str}/import", sync_to_thread=False)
def show_import(entity: NamedDependency[Entity]) -> Template:
    """Ask for a CSV file."""
    return page("import", entity=entity, faults=[])


@post("/{plural:str}/import", sync_to_thread=True, status_code=200)
def import_list(
    entity: NamedDependency[Entity], form: NamedDependency[FormMultiDict]
) -> Template | Redirect:
    """Add the rows of a CSV file, or say what is wrong with them."""
    upload = upload_of(form, "file")
    try:
        if upload is None:
            raise csv_files.CsvError(["CSV file is required"])
        number = csv_files.load(entity, upload.content)
    except csv_files.CsvError as error:
        return page("import", entity=entity, faults=error.faults)
    return messages.going_to(f"/{entity.path}", messages.IMPORTED, entity, number)


def search_label(entity: Entity) -> str:
    """Name the search; a filter of the same name must stay the only one."""
    is_free = all(field.name != "Search" for field in entity.choices)
    return "Search" if is_free else f"Search {in_sentence(entity.plural)}"


def wanted_of(entity: Entity, request: AnyRequest) -> Wanted:
    """Read from the address what the list is to show; nonsense is left out."""
    given = request.query_params
    number = str(given.get("page", ""))
    sort = str(given.getall("sort", [""])[-1])  # a header's comes after the form's own
    is_known = sort.removeprefix("-") in {field.key for field in entity.columns}
    return Wanted(
        search=str(given.get("search", "")).strip()[:200],
        choices={f.key: given[f.key] for f in entity.choices if given.get(f.key)},
        sort=sort if is_known else "",
        page=int(number) if number.isdecimal() and 0 < len(number) < 10 else 1,
    )


def address_with(entity: Entity, wanted: Wanted, *, page: int = 1, of: str = "") -> str:
    """Return the list's address with another page, or that of its download."""
    given = {"search": wanted.search, **wanted.choices, "sort": wanted.sort}
    given["page"] = str(page) if page > 1 else ""
    query = urlencode({key: value for key, value in given.items() if value})
    return f"/{entity.path}{of}" + (f"?{query}" if query else "")


def next_sort(wanted: Wanted, field: Field) -> str:
    """Sort up first, and down when it is sorted up already."""
    return f"-{field.key}" if wanted.sort == field.key else field.key


HANDLERS = [show_home, show_list, download_list, show_import, import_list]
