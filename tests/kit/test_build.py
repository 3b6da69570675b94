"""The kit's output: the same bytes for the same data, complete, clean, and tested by itself."""

import re
import subprocess
import tomllib
from pathlib import Path

import msgspec
import pytest

from backend.blueprints.blueprint import DataModel, Entity, Field, FieldType
from backend.kit import build
from backend.kit.errors import EntityWithoutFieldsError, UnknownLinkError
from sandbox.protocol import Toolchain
from tests.kit.conftest import MakeProduct
from tests.kit.data_models import BICYCLES, EMPTY, EVERY_MODEL, UGLY, make_entity, make_field
from tests.kit.products import write_product

PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", flags=re.MULTILINE)


def moved(data: DataModel) -> DataModel:
    """Return the same data as it would stand some lines further down."""
    replace = msgspec.structs.replace
    entities = [
        replace(e, line=e.line + 7, fields=tuple(replace(f, line=f.line + 9) for f in e.fields))
        for e in data.entities
    ]
    return replace(data, entities=tuple(entities))


@pytest.mark.parametrize("data", EVERY_MODEL.values(), ids=EVERY_MODEL)
def test_the_same_data_gives_the_same_bytes(data: DataModel) -> None:
    assert build(data) == build(moved(data))
    assert list(build(data)) == sorted(build(data))


def test_the_same_bytes_come_from_a_fresh_process(tmp_path: Path) -> None:
    program = (
        "import hashlib, msgspec, sys\n"
        "from backend.blueprints.blueprint import DataModel\n"
        "from backend.kit import build\n"
        "files = build(msgspec.json.decode(sys.stdin.buffer.read(), type=DataModel))\n"
        "print(hashlib.sha256(repr(files).encode()).hexdigest())"
    )
    document = msgspec.json.encode(UGLY)
    seeds = [{"PYTHONHASHSEED": seed} for seed in ("1", "2")]
    root = Path(__file__).parents[2]
    digests = {
        subprocess.run(
            [root / ".venv" / "bin" / "python", "-c", program],
            input=document,
            capture_output=True,
            check=True,
            cwd=root,
            env={"TMPDIR": str(tmp_path), **environment},
        ).stdout
        for environment in seeds
    }
    assert len(digests) == 1


def test_another_choice_changes_the_product() -> None:
    def with_choices(*choices: str) -> DataModel:
        status = make_field("Status", "choice", choices=choices)
        return DataModel(name="Book", entities=(make_entity("Job", "Jobs", status),))

    assert build(with_choices("Open", "Done")) != build(with_choices("Open", "Closed"))


@pytest.mark.parametrize("data", EVERY_MODEL.values(), ids=EVERY_MODEL)
def test_the_contract_is_complete(data: DataModel) -> None:
    files = build(data)
    contract = tomllib.loads(files["product.toml"].decode())
    assert contract == {
        "product": {"name": data.name, "kind": "web app"},
        "toolchain": {"name": "python-web"},
        "run": {"web": "python -m app", "ready": "/"},
        "seed": {"command": "python -m app seed"},
        "reset": {"command": "python -m app reset"},
        "test": {"command": "pytest -q"},
    }
    assert {"README.md", "LICENSES.md", "Dockerfile", "requirements.txt"} <= files.keys()


@pytest.mark.parametrize("data", [EMPTY, BICYCLES, UGLY], ids=["empty", "bicycles", "ugly"])
def test_reviewers_find_nothing(data: DataModel, folder: Path, toolchain: Toolchain) -> None:
    write_product(data, folder)
    ruff = [toolchain.root / "bin" / "ruff", "check", "--isolated", "--no-cache"]
    rules = ["--select", "E,F,B,S", "--per-file-ignores", "tests/**:S101", "."]
    bandit = [toolchain.root / "bin" / "bandit", "--quiet", "-ll", "--recursive", "."]
    for command in ([*ruff, *rules], bandit):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("data", EVERY_MODEL.values(), ids=EVERY_MODEL)
def test_the_product_passes_its_own_tests(data: DataModel, make_product: MakeProduct) -> None:
    done = make_product(data).run("pytest", "-q")
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"\d+ passed", done.stdout)


def test_what_the_owner_installs_is_what_the_works_tested(toolchain: Toolchain) -> None:
    pins = dict(PIN.findall(build(EMPTY)["requirements.txt"].decode()))
    folders = (toolchain.root / "lib").glob("python*/site-packages/*.dist-info")
    installed = {f.name[:-10].rpartition("-")[0].lower().replace("_", "-"): f for f in folders}
    assert {"litestar", "sqlalchemy", "jinja2", "uvicorn", "pytest"} <= pins.keys()
    for name, version in pins.items():
        if name in installed:
            assert installed[name].name.endswith(f"-{version}.dist-info")
        else:
            assert name in {"colorama", "tzdata"}  # asked for on Windows only


def test_every_package_stands_in_the_licence_list() -> None:
    files = build(EMPTY)
    licences = files["LICENSES.md"].decode()
    for name, version in PIN.findall(files["requirements.txt"].decode()):
        assert f"| {name} | {version} |" in licences
    version = re.search(r'version:"([\d.]+)"', files["app/static/htmx.min.js"].decode())
    assert version is not None
    assert f"| htmx (`app/static/htmx.min.js`) | {version[1]} | 0BSD |" in licences


def test_nothing_of_the_works_is_inside() -> None:
    words = re.compile(rb"draftworks|backend|blueprint|scenario|sandbox", re.IGNORECASE)
    found = [path for path, content in build(BICYCLES).items() if words.search(content)]
    assert found == ["README.md"]  # it says once where the product comes from


def test_a_link_to_nowhere_is_refused() -> None:
    link = Field(name="Bike", type=FieldType.LINK, links_to="Bike")
    data = DataModel(name="Shop", entities=(make_entity("Job", "Jobs", link),))
    with pytest.raises(UnknownLinkError, match="Job: Bike links to Bike"):
        build(data)


def test_an_entity_without_fields_is_refused() -> None:
    data = DataModel(name="Shop", entities=(Entity(name="Job", plural="Jobs", fields=()),))
    with pytest.raises(EntityWithoutFieldsError, match="Job has no fields"):
        build(data)
