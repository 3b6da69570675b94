"""Reads `product.toml`: the contract between whoever codes a product, proves it and owns it."""

import re
import tomllib

import msgspec

from backend.blueprints.product_kinds import ProductKind
from backend.proof.errors import ProductContractError

CONTRACT_FILE = "product.toml"
# Kinds that run when they are called, and answer at no address.
TOOL_KINDS = frozenset({ProductKind.COMMAND_LINE, ProductKind.PYTHON_LIBRARY})
_PROGRAM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FOLDER = re.compile(r"\.|(?!\.)[A-Za-z0-9._-]+(?:/(?!\.)[A-Za-z0-9._-]+)*")


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[product]`: what it is called and what kind of software it is."""

    name: str
    kind: ProductKind


class ToolchainName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[toolchain]`: the stack that it runs on."""

    name: str


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[run]`: how it starts, and the path that answers below 500 when it is ready.

    `cli` is the name of a program in the product's folder `bin`; `library` the folder that
    programs import from; `schema` the path at which an HTTP API serves its OpenAPI document.
    """

    web: str | None = None
    cli: str | None = None
    library: str | None = None
    ready: str = "/"
    schema: str | None = None


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[seed]`, `[reset]`, `[token]`, `[test]`: a shell command each, run in its folder."""

    command: str


class ProductContract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `product.toml`."""

    product: Product
    toolchain: ToolchainName
    run: Run
    test: Command
    seed: Command | None = None
    reset: Command | None = None
    token: Command | None = None


def read_contract(content: bytes) -> ProductContract:
    """Parse and check the contract, or raise ProductContractError with the place and the fault."""
    try:
        contract = msgspec.convert(tomllib.loads(content.decode()), ProductContract)
    except UnicodeDecodeError as error:
        raise ProductContractError(f"{CONTRACT_FILE} is not UTF-8 text: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ProductContractError(f"{CONTRACT_FILE} is not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ProductContractError(f"{CONTRACT_FILE}: {error}") from error
    fault = _fault_of_run(contract.product.kind, contract.run)
    if fault:
        raise ProductContractError(f"{CONTRACT_FILE}: {fault}")
    return contract


def check_kind(contract: ProductContract, ordered: str) -> None:
    """Raise ProductContractError unless the product is of the kind that was ordered."""
    if contract.product.kind != ordered:
        raise ProductContractError(
            f"{CONTRACT_FILE} says that this is a {contract.product.kind}, "
            f"but the blueprint orders a {ordered}"
        )


def _fault_of_run(kind: ProductKind, run: Run) -> str:
    if kind not in TOOL_KINDS and not run.web:
        return f"[run] web is missing: the command that starts the {kind}"
    if kind is ProductKind.COMMAND_LINE and not _PROGRAM.fullmatch(run.cli or ""):
        return '[run] cli must name a program in the folder bin, such as "jobs"'
    if kind is ProductKind.PYTHON_LIBRARY and not _FOLDER.fullmatch(run.library or ""):
        return '[run] library must name the folder to import from, such as "src" or "."'
    if run.schema is not None and not re.fullmatch(r"/[^/\s][^\s]*", run.schema):
        return '[run] schema must be an address inside the product, such as "/openapi.json"'
    return ""
