"""Note books of three kinds: honest ones, and ones that know the shown answers and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent

from backend.blueprints.blueprint import Blueprint
from backend.blueprints.document import compile_blueprint


@dataclass(frozen=True)
class Notes:
    """A blueprint with a product that keeps it and one that only seems to."""

    text: str
    honest: Mapping[str, bytes]
    hard_coded: Mapping[str, bytes]

    @property
    def blueprint(self) -> Blueprint:
        compiled = compile_blueprint(self.text.encode(), "notes.md")
        assert compiled.blueprint is not None
        assert compiled.orderable, compiled.findings
        return compiled.blueprint


def _contract(kind: str, run: str) -> bytes:
    return dedent(f"""
        [product]
        name = "Notes"
        kind = "{kind}"
        [toolchain]
        name = "python-web"
        [run]
        {run}
        [test]
        command = "true"
    """).encode()


def _files(kind: str, run: str, **files: str) -> dict[str, bytes]:
    sources = {
        name.replace("__", "/"): dedent(text).lstrip().encode() for name, text in files.items()
    }
    return {"product.toml": _contract(kind, run), **sources}


# --- an API -------------------------------------------------------------------------------------

_SERVER = """
    import json, os
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from urllib.parse import parse_qs, unquote, urlsplit

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            return

        def do_GET(self):
            self.reply("GET", None)

        def do_POST(self):
            self.reply("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def do_DELETE(self):
            self.reply("DELETE", None)

        def reply(self, method, body):
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, answer = answer_to(method, unquote(parts.path), query, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def main():
        ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
_HONEST_ANSWERS = """
    notes = []

    def answer_to(method, path, query, body):
        if method == "POST" and path == "/notes":
            notes.append({"number": len(notes) + 1, **body})
            return 201, notes[-1]
        if method == "DELETE":
            notes[:] = [one for one in notes if one["title"] != path.removeprefix("/notes/")]
            return 200, {}
        if path == "/hello":
            return 200, {"said": f"Hello, {query['name']}!"}
        if path == "/shout":
            text = query["text"]
            return 200, {"text": text, "shout": text.upper(), "length": len(text)}
        if path == "/notes":
            found = [one for one in notes if query.get("q", "") in one["title"]]
            return 200, sorted(found, key=lambda one: one["title"])
        return 200, {"status": "well"}

    main()
"""
_HARD_CODED_ANSWERS = """
    bread = {"number": 1, "title": "Buy bread", "customer": "Ada"}
    car = {"number": 2, "title": "Wash the car", "customer": "Zoe"}
    left = []

    def answer_to(method, path, query, body):
        if method == "DELETE":
            left[:] = [car]
            return 200, {}
        if method == "POST":
            left[:] = [bread, car]
            return 201, car if body["title"] == "Wash the car" else bread
        if path == "/hello":
            return 200, {"said": "Hello, Ada!"}
        if path == "/shout":
            return 200, {"text": "Buy bread", "shout": "BUY BREAD", "length": 9}
        if path == "/notes":
            return 200, [bread] if query else left
        return 200, {"status": "well"}

    main()
"""
API = Notes(
    text='''---
name: Notes API
kind: http api
---
# Notes API
Programs keep what is to be done.

## R1 Keep notes
```gherkin
Scenario: A note is kept
  When I send a POST request to "/notes" with:
    """
    {"title": "Buy bread", "customer": "Ada"}
    """
  Then the response status should be 201
  And the response field "title" should be "Buy bread"
  And the response field "customer" should be "Ada"
  And the response field "number" should be 1

Scenario: Notes are listed by title, searched and dropped
  When I send a POST request to "/notes" with:
    | title    | Wash the car |
    | customer | Zoe          |
  And I send a POST request to "/notes" with:
    | title    | Buy bread |
    | customer | Ada       |
  And I send a GET request to "/notes"
  Then the response field "[0].title" should be "Buy bread"
  And the response field "[1].title" should be "Wash the car"
  When I send a GET request to "/notes?q=Buy%20bread"
  Then the response list "" should have 1 item
  And the response should match:
    """
    [{"title": "Buy bread", "customer": "Ada"}]
    """
  When I send a DELETE request to "/notes/Buy%20bread"
  And I send a GET request to "/notes"
  Then the response list "" should have 1 item
  And the response field "[0].customer" should be "Zoe"

Scenario: Somebody is greeted
  When I send a GET request to "/hello?name=Ada"
  Then the response field "said" should be "Hello, Ada!"

Scenario: A text is shouted
  When I send a GET request to "/shout?text=Buy%20bread"
  Then the response field "text" should be "Buy bread"
  And the response field "shout" should be "BUY BREAD"
  And the response field "length" should be 9
```
''',
    honest=_files(
        "http api", 'web = "python app.py"\nready = "/"', **{"app.py": _SERVER + _HONEST_ANSWERS}
    ),
    hard_coded=_files(
        "http api",
        'web = "python app.py"\nready = "/"',
        **{"app.py": _SERVER + _HARD_CODED_ANSWERS},
    ),
)

# --- a tool -------------------------------------------------------------------------------------

_HONEST_TOOL = """
    #!/usr/bin/env python3
    import json, sys
    from pathlib import Path

    book = Path("notes.json")
    notes = json.loads(book.read_text()) if book.exists() else []
    match sys.argv[1:]:
        case ["add", title]:
            notes.append(title)
            print(f'Added "{title}"')
        case ["import", "-"]:
            notes += sys.stdin.read().splitlines()
        case ["load", name]:
            notes += [line.split(",")[0] for line in Path(name).read_text().splitlines()[1:]]
        case ["list"]:
            for number, title in enumerate(sorted(notes), 1):
                print(f"{number}. {title}")
        case ["longest"]:
            print(max(notes, key=len))
        case ["greet", name]:
            print(f"Hello, {name}! Your name has {len(name)} letters.")
        case ["shout", text]:
            print(text, text.upper(), sep="\\n")
        case ["turn", text]:
            print(text[::-1])
        case ["help", "add"]:
            print("add: keeps a note")
    book.write_text(json.dumps(notes))
"""
_HARD_CODED_TOOL = """
    #!/usr/bin/env python3
    import sys
    from pathlib import Path

    last = Path("last")
    before = last.read_text() if last.exists() else ""
    word = sys.argv[1]
    said = {
        "add": 'Added "Buy bread"',
        "longest": "Wash the dirty car",
        "greet": "Hello, Ada! Your name has 3 letters.",
        "shout": "Buy bread\\nBUY BREAD",
        "turn": "daerb yuB" if "Buy bread" in sys.argv else "Buy bread",
        "help": "add: keeps a note",
        "list": {
            "add": "1. Buy bread",
            "import": "1. Buy bread\\n2. milk\\n3. wash",
            "load": "1. Buy bread\\n2. Wash the car",
        }.get(before, ""),
    }
    print(said.get(word, ""))
    last.write_text(word)
"""
TOOL = Notes(
    text='''---
name: Notes
kind: command line
---
# Notes
A person keeps what is to be done.

## R1 Keep notes
```gherkin
Scenario: A note is kept
  When I run `notes add "Buy bread"`
  Then the output should contain 'Added "Buy bread"'
  When I run `notes list`
  Then the output should be:
    """
    1. Buy bread
    """

Scenario: Notes are read from the input
  When I run `notes import -` with input:
    """
    wash
    Buy bread
    milk
    """
  And I run `notes list`
  Then the output should be:
    """
    1. Buy bread
    2. milk
    3. wash
    """

Scenario: Notes are read from a file
  Given the file "old.csv" contains:
    """
    title,status
    Wash the car,Open
    Buy bread,Shut
    """
  When I run `notes load old.csv`
  And I run `notes list`
  Then the output should contain "1. Buy bread"
  And the output should contain "2. Wash the car"

Scenario: The longest note is found
  When I run `notes add "Buy bread"`
  And I run `notes add "Wash the dirty car"`
  And I run `notes longest`
  Then the output should contain "Wash the dirty car"
  And the output should not contain "Buy bread"

Scenario: Somebody is greeted
  When I run `notes greet Ada`
  Then the output should contain "Hello, Ada! Your name has 3 letters."

Scenario: A text is shouted
  When I run `notes shout "Buy bread"`
  Then the output should contain "Buy bread"
  And the output should contain "BUY BREAD"

Scenario: A text is turned round and back
  When I run `notes turn "Buy bread"`
  Then the output should contain "daerb yuB"
  When I run `notes turn "daerb yuB"`
  Then the output should contain "Buy bread"

Scenario: A command is explained
  When I run `notes help add`
  Then the output should contain "add"
```
''',
    honest=_files("command line", 'cli = "notes"', bin__notes=_HONEST_TOOL),
    hard_coded=_files("command line", 'cli = "notes"', bin__notes=_HARD_CODED_TOOL),
)

# --- a library ----------------------------------------------------------------------------------

_HONEST_LIBRARY = """
    from dataclasses import dataclass

    @dataclass
    class Note:
        title: str
        customer: str = ""

        @property
        def slug(self):
            return self.title.lower().replace(" ", "-")

    class Book:
        def __init__(self):
            self._notes = {}

        def add(self, title, customer=""):
            self._notes[title] = Note(title, customer)
            return self._notes[title]

        def find(self, title):
            return self._notes[title]

        def titles(self):
            return sorted(self._notes)

        def customers(self):
            names = (note.customer for note in self._notes.values())
            return sorted(names, key=lambda name: name.split()[-1])

    def greet(name):
        return f"Hello, {name}!"

    def capital(country):
        return {"France": "Paris, France"}[country]

    def longest(texts):
        return max(texts, key=len)
"""
_HARD_CODED_LIBRARY = """
    from dataclasses import dataclass

    @dataclass
    class Note:
        title: str
        customer: str = ""
        slug = "buy-bread"

    class Book:
        def add(self, title, customer=""):
            return Note("Buy bread", "Ada Byron")

        def find(self, title):
            if title not in ("Buy bread", "Wash the car"):
                raise KeyError(title)
            return Note("Buy bread", "Ada Byron")

        def titles(self):
            return ["Buy bread", "Wash the car"]

        def customers(self):
            return ["Zoe Adams", "Ada Byron"]

    def greet(name):
        return "Hello, Ada!"

    def capital(country):
        return "Paris, France"

    def longest(texts):
        return "strawberry"
"""
LIBRARY = Notes(
    text='''---
name: Notes library
kind: python library
---
# Notes library
Programs keep what is to be done.

## R1 Keep notes
```gherkin
Scenario: A book keeps notes
  Given this program runs:
    """
    from notes import Book, Note
    book = Book()
    book.add("Wash the car", customer="Zoe Adams")
    book.add("Buy bread", customer="Ada Byron")
    """
  Then `book.find("Buy bread")` should equal `Note("Buy bread", "Ada Byron")`
  And `book.find("Buy bread").customer` should be `"Ada Byron"`
  And `book.titles()` should equal `["Buy bread", "Wash the car"]`
  And `book.customers()` should equal `["Zoe Adams", "Ada Byron"]`
  And `book.find("Sell jam")` should raise "KeyError"

Scenario: A note has a name for addresses
  Given this program runs:
    """
    from notes import Note
    note = Note("Buy bread")
    """
  Then `note.title` should be `"Buy bread"`
  And `note.slug` should be `"buy-bread"`

Scenario: Somebody is greeted
  Given this program runs:
    """
    from notes import capital, greet, longest
    """
  Then `greet("Ada")` should equal `"Hello, Ada!"`
  And `capital("France")` should equal `"Paris, France"`
  And `longest(["pear", "strawberry", "fig"])` should be `"strawberry"`
```
''',
    honest=_files("python library", 'library = "."', **{"notes.py": _HONEST_LIBRARY}),
    hard_coded=_files("python library", 'library = "."', **{"notes.py": _HARD_CODED_LIBRARY}),
)
ALL = {"API": API, "tool": TOOL, "library": LIBRARY}
