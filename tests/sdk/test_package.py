"""What the package promises as a whole: its names, its two equal faces, its reading of settings."""

import ast
import copy
import inspect
import pickle
import pkgutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

import draftworks
from draftworks import AsyncDraftworks, BuildStatus, ConfigurationError, Draftworks, DraftworksError
from draftworks import _async_resources as awaited
from draftworks import _resources as blocking

KEY = "dw_live_public01_secretsecretsecret"
URL = "http://127.0.0.1:8000"
PUBLIC_NAMES = """
    APIConnectionError APIResponse APIResponseValidationError APIStatusError APITimeoutError
    ApiKey Approval Artifact ArtifactKind AsyncDraftworks AsyncEventStream AsyncPage
    AuthenticationError BadRequestError Blueprint BlueprintUnreadableError Build
    BuildCanceledError BuildEvent BuildFailedError BuildStatus BuildVerdict BundleError
    Changes CheckedBlueprint ChecksumMismatchError ConfigurationError ConflictError
    CreatedApiKey Criterion CriterionVerdict Decision DownloadError Draftworks DraftworksError
    EventStream EventType Fault Finding Gate GateCriterion GateKind GateNote
    InternalServerError Measures NotFoundError Page PaymentRequiredError PermissionDeniedError
    PublicKey Quote RateLimitError Ratio Rule Severity Tenant UnprocessableEntityError
    UnsafePathError Verification WaitTimeoutError __version__ read_public_keys sarif_log
    tell_measures verify_bundle
"""


def test_the_exported_names_are_these_and_no_others() -> None:
    assert sorted(draftworks.__all__) == sorted(PUBLIC_NAMES.split())
    assert all(hasattr(draftworks, name) for name in draftworks.__all__)


def test_every_module_is_private() -> None:
    names = [module.name for module in pkgutil.iter_modules(draftworks.__path__)]

    assert all(name.startswith("_") for name in names)


def test_every_error_is_exported_has_one_root_and_stands_in_the_tree() -> None:
    errors = {
        value
        for value in vars(draftworks).values()
        if inspect.isclass(value) and issubclass(value, Exception)
    }
    tree = inspect.getdoc(inspect.getmodule(DraftworksError)) or ""

    assert all(issubclass(error, DraftworksError) for error in errors)
    assert all(error.__name__ in tree for error in errors)
    assert {e.__name__ for e in _descendants(DraftworksError)} - {"DeadlinePassedError"} == {
        e.__name__ for e in errors - {DraftworksError}
    }


def _descendants(root: type) -> set[type]:
    return {d for child in root.__subclasses__() for d in {child, *_descendants(child)}}


def test_public_names_are_explained() -> None:
    for name in draftworks.__all__:
        if inspect.isclass(public := getattr(draftworks, name)):
            assert public.__doc__, name
            for method in _public_methods(public).values():
                assert method.__doc__, f"{name}.{method}"


def test_both_clients_offer_the_same() -> None:
    pairs: list[tuple[type, type]] = [
        (Draftworks, AsyncDraftworks),
        (blocking.Blueprints, awaited.AsyncBlueprints),
        (blocking.Builds, awaited.AsyncBuilds),
        (blocking.Keys, awaited.AsyncKeys),
    ]
    for one, other in pairs:
        mine, theirs = _public_methods(one), _public_methods(other)
        assert mine.keys() == theirs.keys()
        for name, method in mine.items():
            assert _shape(method) == _shape(theirs[name]), f"{one.__name__}.{name}"


def _public_methods(cls: type) -> dict[str, Any]:
    members = inspect.getmembers(cls, inspect.isfunction)
    return {name: method for name, method in members if not name.startswith("_")}


def _shape(method: Any) -> list[tuple[str, Any, Any, str]]:
    parameters = inspect.signature(method).parameters.values()
    return [(p.name, p.kind, p.default, str(p.annotation)) for p in parameters]


def test_the_package_is_typed_and_its_version_is_one() -> None:
    package = Path(draftworks.__path__[0])
    project = tomllib.loads((package.parents[1] / "pyproject.toml").read_text())["project"]

    assert (package / "py.typed").exists()
    assert project["version"] == draftworks.__version__


def test_the_core_does_no_input_or_output_of_its_own() -> None:
    package = Path(draftworks.__path__[0])
    wires = {"_async_wire.py", "_blocking_wire.py"}
    for path in package.glob("*.py"):
        imported = {
            name.name.partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        assert path.name in wires or not imported & {"asyncio", "socket", "threading"}, path.name


@pytest.mark.parametrize("kind", [Draftworks, AsyncDraftworks])
def test_no_repr_tells_the_key(kind: type[Draftworks | AsyncDraftworks]) -> None:
    client = kind(KEY, base_url=URL)

    assert repr(client) == f"{kind.__name__}(base_url='{URL}')"
    assert KEY not in repr(vars(client)) + repr(client.builds) + repr(vars(client.builds))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAFTWORKS_API_KEY", KEY)
    monkeypatch.setenv("DRAFTWORKS_BASE_URL", f"{URL}/")
    with Draftworks() as client:
        assert client.base_url == URL
    with Draftworks(base_url="https://works.example/api/") as client:
        assert client.base_url == "https://works.example/api"


@pytest.mark.parametrize(
    ("key", "url", "said"),
    [
        ("", URL, "no API key: pass api_key= or set DRAFTWORKS_API_KEY"),
        (KEY, "", "no address: pass base_url= or set DRAFTWORKS_BASE_URL"),
        (KEY, "works.example", "must start with http"),
        (KEY, "ftp://works.example", "must start with http"),
        (KEY, "http://", "must start with http"),
        (KEY, "http://h:port", "no web address"),
        (KEY, "https://user:secret@works.example", "no user"),
        (KEY, "https://works.example?a=1", "no user, query"),
        ("dw_live\nx", URL, "characters that no key has"),
        ("dw_lïve", URL, "characters that no key has"),
    ],
)
def test_settings_that_cannot_work_say_so(
    monkeypatch: pytest.MonkeyPatch, key: str, url: str, said: str
) -> None:
    monkeypatch.delenv("DRAFTWORKS_API_KEY", raising=False)
    monkeypatch.delenv("DRAFTWORKS_BASE_URL", raising=False)
    for kind in (Draftworks, AsyncDraftworks):
        with pytest.raises(ConfigurationError, match=said):
            kind(key, base_url=url)


@pytest.mark.parametrize(
    "options", [{"timeout": 0}, {"stream_timeout": -1}, {"max_retries": -1}, {"max_reconnects": -1}]
)
def test_options_that_cannot_work_say_so(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="must be"):
        Draftworks(KEY, base_url=URL, **options)


def test_an_option_that_is_none_is_refused() -> None:
    with (
        Draftworks(KEY, base_url=URL) as client,
        pytest.raises(TypeError, match="unknown options: retries"),
    ):
        client.with_options(retries=3)  # type: ignore[call-arg]  # that is the point


def test_open_words_behave_like_members() -> None:
    new = BuildStatus("simmering")

    assert (new, new.value, new.is_known) == ("simmering", "simmering", False)
    assert BuildStatus("failed") is BuildStatus.FAILED
    assert BuildStatus.FAILED.is_known
    assert {new: 1}["simmering"] == 1
    assert pickle.loads(pickle.dumps(new)) == copy.deepcopy(new) == new  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(BuildStatus.FAILED)) is BuildStatus.FAILED  # noqa: S301 - our own bytes
    assert "simmering" not in [status.value for status in BuildStatus]
    with pytest.raises(ValueError, match="is not a valid"):
        BuildStatus(7)
