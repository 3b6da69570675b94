"""An API around real parts, and a caller with credits."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from backend.app import make_app
from backend.settings import Settings
from billing.ledger import grant
from tenants.database import Database, open_database
from tenants.service import create_tenant
from tenants.signing import ServerSecret

SECRET = "a-secret-of-the-tests-that-is-long-enough"
CREDITS_MICROS = 20_000_000

BLUEPRINT = """---
name: Tool library
kind: web app
---
# Tool library
Neighbours lend each other tools.

## Data
### Tool
| field | type | rules    |
| ----- | ---- | -------- |
| Name  | text | required |

## R1 Keep the tools
Every tool has a name.

```gherkin
@critical
Scenario: A tool is added
  Given I am on the "Tools" page
  When I follow the "New tool" link
  And I fill in "Name" with "Long ladder"
  And I press "Save"
  Then I should see the message "Tool saved"

@holdout
Scenario: A tool needs a name
  Given I am on the "Tools" page
  When I follow the "New tool" link
  And I press "Save"
  Then "Name" should show the error "Name is required"
```
"""


@dataclass(frozen=True)
class Caller:
    """A tenant with a key."""

    tenant_id: object
    headers: dict[str, str]


@pytest.fixture
def settings(tmp_path: Path, database_url: str, redis_url: str) -> Settings:
    return Settings(
        data_folder=tmp_path, secret=SECRET, database_url=database_url, redis_url=redis_url
    )


@pytest.fixture
async def door(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[AsyncTestClient[Litestar]]:
    async with AsyncTestClient(make_app(settings)) as opened:
        yield opened


@pytest.fixture
def make_caller(door: Database) -> Callable[[str], object]:
    async def make(name: str, credits_micros: int = CREDITS_MICROS) -> Caller:
        tenant = await create_tenant(
            door,
            name=name,
            secret=ServerSecret(SECRET.encode()),
            welcome=lambda session: grant(session, credits_micros, "for the test"),
        )
        return Caller(tenant.tenant_id, {"Authorization": f"Bearer {tenant.key.text}"})

    return make


@pytest.fixture
async def caller(make_caller) -> Caller:  # noqa: ANN001 - the factory above
    return await make_caller("Spoke & Chain")
