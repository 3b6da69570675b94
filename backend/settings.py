"""The only reader of the environment: every setting of the works, read once per process."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec

from backend.errors import SettingsError

PREFIX = "DRAFTWORKS_"
CHECKOUT = Path(__file__).resolve().parent.parent


class S3Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where artifacts are kept when it is an S3 bucket; keys come from the AWS environment."""

    bucket: str
    endpoint_url: str | None = None
    region: str | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that differs between installations.

    `secret` signs keys, cursors and links; it has no default, the embedded works makes one on its
    first start. Without `database_url` or `redis_url` the embedded parts are used.
    `signing_key_file` is an Ed25519 key in PEM; workers on several machines need the same one.
    `retired_keys_file` holds the public keys of before, for `factory key` to hand out.
    `api_origin` and `trace_viewer_origin` are where people reach API and trace viewer: never the
    same. `trace_sources` names further origins that hold traces, such as a bucket's.
    """

    data_folder: Path
    secret: str
    database_url: str | None = None
    owner_database_url: str | None = None
    redis_url: str | None = None
    s3: S3Settings | None = None
    signing_key_file: Path | None = None
    retired_keys_file: Path | None = None
    toolchains_folder: Path = CHECKOUT / ".toolchains"
    chromium: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8321
    worker_slots: int = 1
    lanes: int = 2
    lease_seconds: float = 30.0
    link_seconds: int = 900
    narrate: bool = True
    api_origin: str | None = None
    trace_port: int = 8322
    trace_viewer_origin: str | None = None
    trace_sources: str | None = None
    starting_credits_micros: int = 20_000_000

    @property
    def own_signing_key(self) -> Path:
        """The key that this installation makes for itself when it is given none."""
        return self.data_folder / "signing-key.pem"

    @property
    def retired_keys(self) -> Path:
        """Where the public keys of before are kept, if there are any."""
        return self.retired_keys_file or self.data_folder / "retired-keys.pem"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings, or raise SettingsError naming the variable that is wrong."""
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }
    given.pop("api_key", None)  # the client's, when command and server share a shell
    given.pop("base_url", None)
    given.pop("keeper", None)  # set for the processes that a keeper watches
    data_folder = Path(given.pop("data", CHECKOUT / ".draftworks")).absolute()
    bucket = given.pop("s3_bucket", None)
    s3 = {
        "endpoint_url": given.pop("s3_endpoint_url", None),
        "region": given.pop("s3_region", None),
    }
    values: dict[str, object] = {**given, "data_folder": data_folder}
    if bucket:
        values["s3"] = {"bucket": bucket, **s3}
    values.setdefault("secret", local_secret(data_folder))
    return _convert(values)


def _convert(values: dict[str, object]) -> Settings:
    unknown = sorted(set(values) - set(Settings.__struct_fields__))
    if unknown:
        raise SettingsError(f"unknown settings: {', '.join(PREFIX + n.upper() for n in unknown)}")
    try:
        return msgspec.convert(values, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(f"a setting is malformed: {error}") from error


def _decode(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise TypeError(kind)


def local_secret(data_folder: Path) -> str:
    """Return this installation's own secret, made on first use and readable by its owner only."""
    path = data_folder / "secret"
    data_folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = data_folder / f"secret.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # of two that start at once, one wins whole
        draft.unlink()
    return path.read_text().strip()
