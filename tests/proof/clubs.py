"""Runs the club in real sandboxes and proves scenarios that are written as authors write them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from backend.blueprints.blueprint import Blueprint, Severity
from backend.blueprints.document import compile_blueprint
from backend.embedded.programs import find_libfaketime
from backend.proof.contract import read_contract
from backend.proof.product import ProductSpec, RunningProduct, open_product
from backend.proof.prover import Prover
from backend.proof.results import CriterionResult
from sandbox.limits import MEBIBYTE, Limits
from sandbox.protocol import SandboxDriver, SandboxSpec, Toolchain
from tests.proof.stories import prove_on

FOLDER = Path(__file__).parent / "club"
BLUEPRINT = """---
name: Club
kind: web app
---
# Club
Members share notes.

## People
| name | role   | email           | password |
| ---- | ------ | --------------- | -------- |
| Ada  | owner  | ada@example.com | owl      |
| Bob  | member | bob@example.com | frog     |

## Services
| service  | for          |
| -------- | ------------ |
| payments | taking cards |

## Concepts
```gherkin
Scenario: I sign in as "<user>"
  When I go to "/sign-in"
  And I fill in "Email" with "<email>"
  And I fill in "Password" with "<password>"
  And I press "Sign in"

Scenario: I mail "<subject>" to "<address>"
  When I go to "/mail"
  And I fill in "To" with "<address>"
  And I fill in "Subject" with "<subject>"
  And I fill in "Text" with "It is ready"
  And I press "Send"
```

## R1 The club
"""


def club_blueprint(scenarios: Mapping[str, str], head: str = BLUEPRINT) -> Blueprint:
    """Compile scenarios, given by name, into the club's blueprint."""
    told = "\n\n".join(f"Scenario: {name}\n{steps.strip()}" for name, steps in scenarios.items())
    compiled = compile_blueprint(f"{head}```gherkin\n{told}\n```\n".encode(), "club.md")
    blamed = [f"{f.line} {f.message}" for f in compiled.findings if f.severity is Severity.ERROR]
    assert blamed == [], blamed
    assert compiled.blueprint is not None
    return compiled.blueprint


def club_spec(toolchain: Toolchain) -> ProductSpec:
    """Describe the club as the works would."""
    files = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()}
    return ProductSpec(
        files=files,
        contract=read_contract(files["product.toml"]),
        sandbox=SandboxSpec(
            tenant="acme",
            build="club",
            role="product",
            toolchain=toolchain,
            limits=Limits(memory_bytes=256 * MEBIBYTE, processes=128),
        ),
        faketime_library=_faketime(),
        services=("payments",),
        restarts=True,
    )


@asynccontextmanager
async def open_clubs(
    driver: SandboxDriver, toolchain: Toolchain, number: int
) -> AsyncIterator[list[RunningProduct]]:
    """Boot so many clubs, each in a sandbox of its own."""
    spec = club_spec(toolchain)
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_product(driver, spec)) for _ in range(number)]


def _faketime() -> str | None:
    found = find_libfaketime()
    return None if found is None else str(found)


async def prove_club(
    prover: Prover, clubs: list[RunningProduct], folder: Path, scenarios: Mapping[str, str]
) -> dict[str, CriterionResult]:
    """Prove scenarios, given by name."""
    blueprint = club_blueprint(scenarios)
    results = await prove_on(clubs, prover, blueprint.scenarios, blueprint=blueprint, folder=folder)
    return {result.name: result for result in results}
