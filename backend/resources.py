"""Opens what a process needs once, and closes it in the reverse order."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from backend.artifacts.links import LinkSigner
from backend.artifacts.local_store import LocalStore
from backend.artifacts.s3_store import S3Store
from backend.artifacts.store import ObjectStore
from backend.builds.notifications import Notifications, open_notifications
from backend.errors import PartMissingError
from backend.proof.signing import Signer, make_key_once, open_signer
from backend.settings import Settings
from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import SandboxDriver, Toolchain
from tenants.database import Database, open_database
from tenants.signing import ServerSecret

HOUSE_STACK = "python-web"


@dataclass(frozen=True, kw_only=True)
class Resources:
    """The open parts that API and worker share."""

    settings: Settings
    database: Database
    notifications: Notifications
    store: ObjectStore
    links: LinkSigner
    server_secret: ServerSecret
    redis_url: str


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open everything, or raise and leave nothing open."""
    database_url = _required(settings.database_url, "DRAFTWORKS_DATABASE_URL")
    redis_url = _required(settings.redis_url, "DRAFTWORKS_REDIS_URL")
    link_secret = settings.secret.encode()
    async with AsyncExitStack() as stack:
        database = await open_database(database_url)
        stack.push_async_callback(database.close)
        store = open_store(settings)
        stack.push_async_callback(store.close)
        notifications = await stack.enter_async_context(open_notifications(database_url))
        yield Resources(
            settings=settings,
            database=database,
            notifications=notifications,
            store=store,
            links=LinkSigner(link_secret),
            server_secret=ServerSecret(link_secret),
            redis_url=redis_url,
        )


def open_store(settings: Settings) -> ObjectStore:
    """Open the S3 bucket that the settings name, else the local store in the data folder."""
    if settings.s3 is not None:
        return S3Store(
            settings.s3.bucket,
            endpoint_url=settings.s3.endpoint_url,
            region=settings.s3.region,
        )
    return LocalStore(settings.data_folder / "artifacts", link_secret=settings.secret.encode())


def open_own_signer(settings: Settings) -> Signer:
    """Open the key that the settings name, else this installation's own, made on first use."""
    if settings.signing_key_file is not None:
        return open_signer(settings.signing_key_file)
    make_key_once(settings.own_signing_key)
    return open_signer(settings.own_signing_key)


def find_toolchain(settings: Settings) -> Toolchain:
    """Return the house stack's toolchain, or raise how to get it."""
    root = settings.toolchains_folder / HOUSE_STACK
    if not (root / "bin" / "python").exists():
        raise PartMissingError(f"the toolchain {root} is missing: run `make setup`")
    return Toolchain(name=HOUSE_STACK, root=root)


@asynccontextmanager
async def open_driver() -> AsyncIterator[SandboxDriver]:
    """Open this machine's sandbox driver, after it has shown that it works."""
    async with BubblewrapSandbox() as driver:
        await driver.probe()
        yield driver


def _required(value: str | None, name: str) -> str:
    if value is None:
        raise PartMissingError(
            f"{name} is not set: set it, or run `factory up`, which brings its own parts"
        )
    return value
