"""Reads `product.toml`: the contract between whoever codes a product, proves it and owns it."""

import tomllib

import msgspec

from backend.proof.errors import ProductContractError

CONTRACT_FILE = "product.toml"


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[product]`: what it is called and what kind of software it is."""

    name: str
    kind: str


class ToolchainName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[toolchain]`: the stack that it runs on."""

    name: str


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[run]`: how it starts, and the path that answers below 500 when it is ready."""

    web: str | None = None
    cli: str | None = None
    ready: str = "/"


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[seed]`, `[reset]`, `[test]`: a shell command each, run in the product's folder."""

    command: str


class ProductContract(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `product.toml`."""

    product: Product
    toolchain: ToolchainName
    run: Run
    test: Command
    seed: Command | None = None
    reset: Command | None = None


def read_contract(content: bytes) -> ProductContract:
    """Parse and check the contract, or raise ProductContractError with the place and the fault."""
    try:
        return msgspec.convert(tomllib.loads(content.decode()), ProductContract)
    except UnicodeDecodeError as error:
        raise ProductContractError(f"{CONTRACT_FILE} is not UTF-8 text: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ProductContractError(f"{CONTRACT_FILE} is not valid TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise ProductContractError(f"{CONTRACT_FILE}: {error}") from error
