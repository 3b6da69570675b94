"""Writes what the owner of a product reads first: its README and its contract."""

import json
import re

from backend.blueprints.blueprint import DataModel, Entity

PRODUCT_TOML = """\
[product]
name = {name}
kind = "web app"
[toolchain]
name = "python-web"
[run]
web = "python -m app"
ready = "/"
[seed]
command = "python -m app seed"
[reset]
command = "python -m app reset"
[test]
command = "pytest -q"
"""

README = """\
# {name}

A web app that keeps {what}. It was built by Draftworks from your blueprint and it is
yours: change it, host it, give it away.

## Run it

You need Python 3.11 or newer.

```sh
python3 -m venv .venv
.venv/bin/pip install -r requirements.txt
.venv/bin/python -m app
```

Then open <http://127.0.0.1:8000>. Or with Docker:

```sh
docker build -t my-app .
docker run -p 127.0.0.1:8000:8000 -v my-data:/data my-app
```

| setting    | meaning                                           | if not set  |
| ---------- | ------------------------------------------------- | ----------- |
| `PORT`     | where the app answers                             | `8000`      |
| `HOST`     | the address it listens on; `0.0.0.0` is everybody | `127.0.0.1` |
| `DATA_DIR` | the folder that holds all records and files       | `data`      |

The app has no sign-in: whoever can reach it can read and change everything. Keep it on
your own machine or network, or put a proxy that asks for a password in front of it.

## Back up

All records are in `DATA_DIR/app.db`, uploaded files in `DATA_DIR/files`. While the app runs:

```sh
.venv/bin/python -m app backup ~/backups/2026-03-12
```

To go back to a copy, stop the app and put the copy in the place of `DATA_DIR`. Each list
can also be downloaded, and filled, as a CSV file.

## Other commands

| command               | what it does                                                |
| --------------------- | ----------------------------------------------------------- |
| `python -m app seed`  | adds the rows of a JSON document from standard input        |
| `python -m app reset` | **deletes every record and file**, back to just installed   |
| `pytest -q`           | runs the app's own tests                                    |

What `seed` reads: `{{"entity": "…", "rows": [{{"field": "cell"}}]}}`, by the names below.

## What is where

| file                  | what it is                                                           |
| --------------------- | -------------------------------------------------------------------- |
| `app/model.py`        | **start here**: every kind of record, its fields and their rules     |
| `app/fields.py`       | the kinds of field: how each is read, checked and shown              |
| `app/checks.py`       | the rules of a record, for forms, imports and seeds alike            |
| `app/store.py`        | the SQLite file: tables, and everything that is written              |
| `app/queries.py`      | what the pages read, through SQLAlchemy                              |
| `app/list_pages.py`   | home, lists, CSV download and import                                 |
| `app/record_pages.py` | a record's page, its form, deleting it, its files                    |
| `app/server.py`       | the web server, its security headers and error pages                 |
| `app/templates/`      | the pages' HTML (Jinja; lists change live by HTMX)                   |
| `app/static/`         | style, scripts and pictures                                          |
| `tests/`              | tests of every kind of record, read from `app/model.py`              |

A new field, choice or rule in `app/model.py` is all it takes: the next start adds its
column to the database and the pages show it. Columns are never dropped.

## What it keeps

{entities}
"""


def write_product_toml(name: str) -> str:
    """Return the contract between the product and whoever runs it."""
    # a TOML basic string escapes as JSON does, and DEL as well
    quoted = json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
    return PRODUCT_TOML.format(name=quoted)


def write_readme(data: DataModel) -> str:
    """Return the README for the owner."""
    plurals = [entity.plural for entity in data.entities]
    what = " and ".join(filter(None, [", ".join(plurals[:-1]), *plurals[-1:]])) or "records"
    entities = "\n".join(_line_of(entity) for entity in data.entities) or "Nothing yet."
    return README.format(name=_plain(data.name), what=_plain(what), entities=entities)


def _line_of(entity: Entity) -> str:
    fields = ", ".join(_plain(field.name) for field in entity.fields)
    return f"- **{_plain(entity.plural)}**: {fields}"


def _plain(text: str) -> str:
    """Keep what an author wrote from being read as Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|&])", r"\\\1", " ".join(text.split()))
