"""Defects as real generated software has them, written by hand as edits of the kit's product."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.mutation.scope import ALWAYS
from bench.mutation.site import Site


@dataclass(frozen=True, kw_only=True)
class Handmade:
    """A mistake, what a blueprint must reach for it to show, and the edit: `old` stands once."""

    name: str
    path: str
    old: str
    new: str
    needs: str = ALWAYS

    def site(self, files: Mapping[str, bytes]) -> Site:
        """Return the edit; raise ValueError when the product no longer has its place."""
        text = files[self.path].decode()
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.path} has its place {text.count(self.old)} times")
        start = text.index(self.old)
        return Site(
            operator=f"by hand: {self.name}",
            path=self.path,
            line=text.count("\n", 0, start) + 1,
            start=len(text[:start].encode()),
            end=len(text[:start].encode()) + len(self.old.encode()),
            old=self.old,
            new=self.new,
        )


_RECORDS = "app/record_pages.py"
_QUERIES = "app/queries.py"
_STORE = "app/store.py"

HANDMADE = (
    Handmade(
        name="the message is shown though nothing was stored",
        path=_STORE,
        old="    return connection.execute(statement, files.kept(values)).lastrowid or 0",
        new='    return connection.execute("SELECT coalesce(max(id), 1) FROM " + '
        "quoted(entity.key)).fetchone()[0] or 1",
    ),
    Handmade(
        name="a change is forgotten",
        path=_RECORDS,
        old="            store.update(connection, entity, record.id, checked.values)",
        new="            pass",
    ),
    Handmade(
        name="a change reaches every record",
        path=_STORE,
        old="""quoted(entity.key), "SET", changes, 'WHERE "id" = ?')""",
        new="""quoted(entity.key), "SET", changes, 'WHERE "id" <= ?')""",
    ),
    Handmade(
        name="delete removes another row",
        path=_STORE,
        old="""    statement = sql("DELETE FROM", quoted(entity.key), 'WHERE "id" = ?')
    connection.execute(statement, (record_id,))""",
        new="""    table = quoted(entity.key)
    last = sql('(SELECT max("id") FROM', table, 'WHERE "id" <> ?)')
    connection.execute(sql("DELETE FROM", table, 'WHERE "id" =', last), (record_id,))""",
    ),
    Handmade(
        name="delete removes all rows",
        path=_STORE,
        old="""    statement = sql("DELETE FROM", quoted(entity.key), 'WHERE "id" = ?')
    connection.execute(statement, (record_id,))""",
        new="""    connection.execute(sql("DELETE FROM", quoted(entity.key)))""",
    ),
    Handmade(
        name="delete says so and deletes nothing",
        path=_RECORDS,
        old="            store.delete(connection, entity, record.id)",
        new="            pass",
    ),
    Handmade(
        name="what is in use is deleted all the same",
        path=_RECORDS,
        old="        is_used = bool(store.users(connection, entity, record.id))",
        new='        is_used = False\n        connection.execute("PRAGMA defer_foreign_keys = ON")',
        needs="links",
    ),
    Handmade(
        name="saving twice what was sent once",
        path=_RECORDS,
        old="            record_id = store.insert(connection, entity, checked.values)",
        new="            record_id = store.insert(connection, entity, checked.values)\n"
        "            store.insert(connection, entity, checked.values)",
    ),
    Handmade(
        name="validation only in the browser",
        path="app/checks.py",
        old='            checked.errors[field.key] = f"{field.name} {refusal}"',
        new="            checked.values[field.key] = None",
    ),
    Handmade(
        name="an error is swallowed",
        path=_RECORDS,
        old="        return form_page(entity, cells, errors=checked.errors)",
        new="        return form_page(entity, cells)",
    ),
    Handmade(
        name="a refused form comes back empty",
        path=_RECORDS,
        old="        return form_page(entity, cells, errors=checked.errors)",
        new="        return form_page(\n            entity, {f.key: '' for f in entity.fields}, "
        "errors=checked.errors)",
    ),
    Handmade(
        name="the search minds capitals",
        path=_QUERIES,
        old="sa.func.folded(text).contains(folded(search), autoescape=True)",
        new='text.op("GLOB")("*" + search + "*")',
    ),
    Handmade(
        name="the search finds beginnings only",
        path=_QUERIES,
        old="sa.func.folded(text).contains(folded(search), autoescape=True)",
        new="sa.func.folded(text).startswith(folded(search), autoescape=True)",
    ),
    Handmade(
        name="the filter and the search do not go together",
        path=_QUERIES,
        old="    if wanted.search:\n        statement",
        new="    if wanted.search and not wanted.choices:\n        statement",
        needs="choices",
    ),
    Handmade(
        name="the filter minds nothing",
        path=_QUERIES,
        old="    for key, choice in wanted.choices.items():",
        new="    for key, choice in ():",
        needs="choices",
    ),
    Handmade(
        name="the list shows what was there when the app started",
        path=_QUERIES,
        old="    statement = matching(entity, wanted).add_columns(",
        new="    if not wanted.search and not wanted.choices and not wanted.sort:\n"
        "        return _SEEN.setdefault((entity.key, wanted.page), _page(entity, wanted))\n"
        "    return _page(entity, wanted)\n\n\n_SEEN = {}\n\n\n"
        "def _page(entity: Entity, wanted: Wanted) -> Page:\n"
        "    statement = matching(entity, wanted).add_columns(",
    ),
    Handmade(
        name="newest first",
        path=_QUERIES,
        old="    return statement.order_by(*ordering(entity, wanted), table.c.id)",
        new="    return statement.order_by(*ordering(entity, wanted), table.c.id.desc())",
    ),
    Handmade(
        name="a list leaves out its last row",
        path=_QUERIES,
        old="            records = [Record(entity, row) for row in rows]",
        new="            records = [Record(entity, row) for row in rows[:-1] or rows]",
    ),
    Handmade(
        name="numbers are sorted as words",
        path=_QUERIES,
        old="    if not ends.is_number:",
        new="    if True:",
    ),
    Handmade(
        name="sorting cannot be turned round",
        path=_QUERIES,
        old="    return [column.desc() if wanted.is_descending else column.asc()]",
        new="    return [column.asc()]",
    ),
    Handmade(
        name="the number of rows is that of the page before",
        path=_QUERIES,
        old='            return Page(records, rows[0]["n"], number)',
        new='            return Page(records, rows[0]["n"] - 1, number)',
    ),
    Handmade(
        name="the second page begins one row too early",
        path=_QUERIES,
        old="        offset = (number - 1) * PAGE_ROWS",
        new="        offset = (number - 1) * (PAGE_ROWS - 1)",
        needs="paging",
    ),
    Handmade(
        name="pages of twenty-four rows",
        path=_QUERIES,
        old="PAGE_ROWS = 25",
        new="PAGE_ROWS = 24",
        needs="paging",
    ),
    Handmade(
        name="counts leave out the first record",
        path=_QUERIES,
        old="        .select_from(TABLES[e.key])\n",
        new="        .select_from(TABLES[e.key])\n        .where(TABLES[e.key].c.id > 1)\n",
    ),
    Handmade(
        name="related records of everybody",
        path=_QUERIES,
        old="        .where(table.c[field.key] == record.id)\n",
        new="",
        needs="links",
    ),
    Handmade(
        name="a select offers the first record only",
        path=_QUERIES,
        old="    return told_apart(sorted(named, key=lambda pair: (pair[1].casefold(), pair[0])))",
        new="    return told_apart(named[:1])",
        needs="links",
    ),
    Handmade(
        name="the clock of another zone",
        path="app/fields.py",
        old="        if self.on_or_after_today and value[:10] < date.today().isoformat():",
        new="        import datetime as d\n"
        "        if self.on_or_after_today and value[:10] < "
        "(d.datetime.now() - d.timedelta(hours=14)).date().isoformat():",
        needs="after today",
    ),
    Handmade(
        name="money is rounded down",
        path="app/fields.py",
        old='        return "" if value is None else f"{Decimal(value) / 100:.2f}"',
        new='        return "" if value is None else f"{Decimal(value) // 100:.2f}"',
        needs="money",
    ),
    Handmade(
        name="unique minds capitals",
        path=_STORE,
        old='    nocase = "COLLATE NOCASE" if field.is_text else ""\n    statement',
        new='    nocase = ""\n    statement',
        needs="unique",
    ),
    Handmade(
        name="unique minds the record itself",
        path=_STORE,
        old="    return connection.execute(statement, (value, besides)).fetchone() is not None",
        new="    return connection.execute(statement, (value, None)).fetchone() is not None",
        needs="unique",
    ),
    Handmade(
        name="required holds for new records only",
        path="app/checks.py",
        old="    return field.read(text)",
        new="    return field.read(text) if old is None or text else None",
        needs="required",
    ),
    Handmade(
        name="delete does not ask",
        path="app/static/app.js",
        old="  if (question && !window.confirm(question)) event.preventDefault();",
        new="",
    ),
    Handmade(
        name="calling off deletes all the same",
        path="app/static/app.js",
        old="  if (question && !window.confirm(question)) event.preventDefault();",
        new="  if (question) window.confirm(question);",
    ),
    Handmade(
        name="a script breaks",
        path="app/static/app.js",
        old="/* The browser's own calendar fills the text field beside it. */",
        new="document.querySelector('.never').focus();",
    ),
    Handmade(
        name="the message stays",
        path="app/server.py",
        old='    if scope.get("message_shown"):',
        new="    if False:",
        needs="message once",
    ),
    Handmade(
        name="a new record leads to the list",
        path=_RECORDS,
        old='    return messages.going_to(f"/{entity.path}/{record_id}", messages.SAVED, entity)',
        new='    return messages.going_to(f"/{entity.path}", messages.SAVED, entity)',
    ),
    Handmade(
        name="the file forgets the filters",
        path="app/list_pages.py",
        old="    records = queries.all_of(entity, wanted_of(entity, request))",
        new="    records = queries.all_of(entity, Wanted())",
    ),
    Handmade(
        name="the file has no headings",
        path="app/csv_files.py",
        old="    writer.writerow(defused(field.name) for field in entity.fields)\n",
        new="",
        needs="headings",
    ),
    Handmade(
        name="an import keeps the good rows of a bad file",
        path="app/csv_files.py",
        old="            raise CsvError(shortened(faults))\n    return len(rows)",
        new="            pass\n    return len(rows)",
        needs="import",
    ),
    Handmade(
        name="a table sticks out on phones",
        path="app/static/app.css",
        old=".scroll { overflow-x: auto;",
        new=".scroll { min-width: 60rem;",
    ),
    Handmade(
        name="grey on grey",
        path="app/static/app.css",
        old="  --soft: light-dark(#56625d, #a3b0aa);",
        new="  --soft: light-dark(#b8c0bc, #a3b0aa);",
    ),
    Handmade(
        name="an upload is not sent",
        path="app/templates/form.html.jinja",
        old=' enctype="multipart/form-data"',
        new="",
        needs="upload",
    ),
)
