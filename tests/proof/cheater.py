"""A small note book that runs in a real sandbox, honest until a test puts a cheat into it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from backend.blueprints.blueprint import Blueprint
from backend.blueprints.document import compile_blueprint
from backend.proof.contract import CONTRACT_FILE, read_contract
from backend.proof.play_order import Recording
from backend.proof.product import ProductSpec, RunningProduct, open_product
from backend.proof.prover import Prover
from backend.proof.results import CriterionResult
from backend.proof.second_look import LookOrder, with_second_looks
from backend.proof.subject_pool import SubjectPool
from sandbox.protocol import SandboxDriver, SandboxSpec, Toolchain
from tests.proof.stories import prove_on

BLUEPRINT_TEXT = """---
name: Note book
kind: web app
---
# Note book

## Data

### Note

| field | type | rules    |
| ----- | ---- | -------- |
| Title | text | required |

## R1 Keep notes

```gherkin
Background:
  Given these notes exist:
    | Title     |
    | Buy bread |
  And the app is open

Scenario: A note is kept
  When I fill in "Title" with "Call Ada"
  And I press "Save"
  Then I should see the message "Note saved"
  And the "Notes" table should be:
    | Title     |
    | Buy bread |
    | Call Ada  |

Scenario: A note without a title is refused
  When I press "Save"
  Then "Title" should show the error "Title is required"
  And the "Notes" table should have 1 row

@holdout
Scenario: Another note is kept
  When I fill in "Title" with "Mend the fence"
  And I press "Save"
  Then the "Notes" table should be:
    | Title          |
    | Buy bread      |
    | Mend the fence |
```

## R2 Begin

```gherkin
Scenario: The first note is kept
  Given the app is open
  When I fill in "Title" with "First thought"
  And I press "Save"
  Then the "Notes" table should be:
    | Title         |
    | First thought |
```
"""

LOOKED_AT_TEXT = (
    BLUEPRINT_TEXT.partition("## R1")[0]
    + """## Quality

| check        | bearing | limit    |
| ------------ | ------- | -------- |
| page weight  | decides | 20 KB    |
| ready within | decides | 1 second |

## R1 Show notes

```gherkin
Scenario: The notes are shown
  Given the app is open
  Then I should see "Note book"

@visual
Scenario: The notes look as they were drawn
  Given the app is open
  Then the page should look like "notes"
```
"""
)

CONTRACT = b"""
[product]
name = "Note book"
kind = "web app"
[toolchain]
name = "python-web"
[run]
web = "python app.py"
[seed]
command = "python app.py seed"
[reset]
command = "python app.py reset"
[test]
command = "true"
"""

HONEST = '''
import html, json, os, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

STORE = Path(os.environ["DATA_DIR"]) / "notes.json"


def load():
    return json.loads(STORE.read_text()) if STORE.exists() else []


def keep(titles):
    STORE.parent.mkdir(parents=True, exist_ok=True)
    STORE.write_text(json.dumps(titles))


def add(title):
    keep([*load(), title])


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def do_GET(self):
        self.show(titles=load())

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        title = sent.get("title", [""])[0].strip()
        if not title:
            self.show(titles=load(), error="Title is required")
            return
        add(title)
        self.show(titles=load(), message="Note saved")

    def show(self, titles, error="", message=""):
        rows = "".join(f"<tr><td>{html.escape(title)}" for title in titles)
        head, wrong = "", 'aria-invalid="true" aria-describedby="e"' if error else ""
        self.send(f"""<!doctype html><html lang="en"><title>Note book</title>{head}
<main><h1>Note book</h1>
<p role="status">{message}</p>
<form method="post" novalidate><label>Title <input name="title" {wrong}></label>
<p id="e">{error}</p><button>Save</button></form>
<table aria-label="Notes"><thead><tr><th scope="col">Title</thead><tbody>{rows}</table></main>""")

    def send(self, page, kind="text/html; charset=utf-8"):
        body = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main(words):
    if words == ["reset"]:
        keep([])
    elif words == ["seed"]:
        for row in json.load(sys.stdin)["rows"]:
            add(row["Title"])
    else:
        ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Pages).serve_forever()


main(sys.argv[1:])
'''

Edit = tuple[str, str]
FORGETS: Edit = ("        add(title)\n        self.show", "        self.show")
"""The defect that a cheat hides: a note is said to be kept, and is not."""


def notes_blueprint(text: str = BLUEPRINT_TEXT) -> Blueprint:
    """Compile a blueprint of the note book."""
    compiled = compile_blueprint(text.encode(), "notes.md")
    assert compiled.blueprint is not None, compiled
    return compiled.blueprint


def cheating(*edits: Edit) -> str:
    """Return the note book with edits, each of which finds its place exactly once."""
    text = HONEST
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def with_script(script: str) -> Edit:
    """Put a script into the head of every page, before anything else of it runs."""
    return ('head, wrong = ""', f"head, wrong = {f'<script>{script}</script>'!r}")


@asynccontextmanager
async def open_notes(
    driver: SandboxDriver, toolchain: Toolchain, source: str, *, faketime: str | None = None
) -> AsyncIterator[RunningProduct]:
    """Boot the note book in a sandbox."""
    files: Mapping[str, bytes] = {CONTRACT_FILE: CONTRACT, "app.py": source.encode()}
    spec = ProductSpec(
        files=files,
        contract=read_contract(CONTRACT),
        sandbox=SandboxSpec(tenant="t", build="b", role="product", toolchain=toolchain),
        faketime_library=faketime,
    )
    async with open_product(driver, spec) as product:
        yield product


async def proven(
    prover: Prover,
    products: Sequence[RunningProduct],
    folder: Path,
    recording: Recording = Recording.NONE,
    *,
    text: str = BLUEPRINT_TEXT,
) -> dict[str, CriterionResult]:
    """Prove the note book; return each criterion's result by its name."""
    blueprint = notes_blueprint(text)
    results = await prove_on(
        products,
        prover,
        blueprint.scenarios,
        blueprint=blueprint,
        folder=folder,
        recording=recording,
        subjects_are_fresh=True,
    )
    return {result.name: result for result in results}


async def looked_at(
    prover: Prover, products: Sequence[RunningProduct], folder: Path
) -> dict[str, CriterionResult]:
    """Prove what the note book shows and look at it a second time; return results by name."""
    blueprint = notes_blueprint(LOOKED_AT_TEXT)
    proved = await proven(prover, products, folder, Recording.PICTURES, text=LOOKED_AT_TEXT)
    pool = SubjectPool(products, are_fresh=False)
    try:
        order = LookOrder(blueprint=blueprint, folder=folder)
        seen = await with_second_looks(list(proved.values()), prover, pool, order)
    finally:
        await pool.close()
    return {result.name: result for result in seen}
