"""Understands the words of the command line and carries them out."""

import json
import os
import sys
import time
from datetime import date
from pathlib import Path

USAGE = "usage: jobs add TEXT | list | import - | export FILE | version | today"


def book() -> Path:
    return Path(os.environ.get("JOBS_HOME", "."), "jobs.json")


def load() -> list[str]:
    return json.loads(book().read_text()) if book().exists() else []


def save(jobs: list[str]) -> None:
    book().parent.mkdir(parents=True, exist_ok=True)
    book().write_text(json.dumps(jobs))


def main(words: list[str]) -> int:
    match words:
        case ["add", text]:
            save([*load(), text])
            count = len(load())
            print(f"{count} repair{'s' if count > 1 else ''}")
        case ["list"]:
            for number, text in enumerate(load(), start=1):
                print(f"{number}. {text}")
        case ["import", "-"]:
            save([*load(), *sys.stdin.read().splitlines()])
        case ["export", name]:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text("repair\n" + "".join(f"{text}\n" for text in load()))
        case ["load", name]:
            save([*load(), *Path(name).read_text().splitlines()])
        case ["version"]:
            print("jobs\nv1.4.2")
        case ["today"]:
            time.sleep(0.05)  # as tools do that wait for something
            print(date.today().isoformat())
        case ["ugly", what]:
            return ugly(what)
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0


def ugly(what: str) -> int:
    """Behave as no tool should: for the works' own tests."""
    if what == "flood":
        for _ in range(50):
            sys.stdout.write("x" * 1_000_000)
    elif what == "much":
        sys.stdout.write("start\n" + "x" * 3_000_000 + "\nend\n")
    elif what == "sleep":
        print("still at it", flush=True)
        time.sleep(3600)
    elif what == "garbage":
        sys.stdout.buffer.write(bytes(range(256)))
    elif what == "escapes":
        print("\x1b[2J\x1b]0;owned\x07\u202egnp.exe\x1b[31mred")
    elif what == "crash":
        raise RuntimeError("the chain is off")
    elif what == "link":
        Path("link.txt").symlink_to("/etc/passwd")
    elif what == "backtrack":
        print("a" * 40)
    elif what == "home":
        Path.home().joinpath(".jobsrc").write_text("kept at home")
    elif what == "outside":
        Path("/workspace/jobs/left.txt").write_text("left in the product")
    elif what == "look":
        print(Path("/workspace/jobs/left.txt").exists(), sorted(os.environ))
    return 0
