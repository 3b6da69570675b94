"""`factory key`: the public keys that the proofs of this works are signed for, and their change."""

import fcntl
import os

import click

from backend.cli.exits import DELIVERED
from backend.cli.local_works import Places, locked
from backend.errors import SettingsError
from backend.proof.key_rotation import rotate_key
from backend.resources import open_own_signer
from backend.settings import Settings, read_settings
from draftworks import PublicKey, read_public_keys

_CHANGED = """\
This works signs with a new key from now on.
  new  {new}
  old  {old}
The old private key is gone from the data folder; backups of the folder may still hold it.
A worker that you run by itself (`factory work`) takes the new key when you start it anew.

What to do now:
  factory key > works.pem
and give works.pem to your customers, for instance with these words:

  We have changed the key that our proofs are signed with. Please use the file works.pem
  in place of the one you have. What you got from us before verifies with it as well.
  To be sure that it comes from us, ask us on the phone for the first and last
  characters of the new key: {first} ... {last}

If the old key may have been stolen, tell them that too: docs/verify.md says what else to do.
"""
_GIVEN = """\
the key comes from DRAFTWORKS_SIGNING_KEY_FILE, which this command does not write. To change it:
  factory key > retired.pem
  openssl genpkey -algorithm ed25519 -out new-key.pem && chmod 600 new-key.pem
name new-key.pem in DRAFTWORKS_SIGNING_KEY_FILE and retired.pem in DRAFTWORKS_RETIRED_KEYS_FILE,
start all workers anew, delete the old private key, and hand out what `factory key` prints then"""


@click.group(invoke_without_command=True)
@click.pass_context
def key(context: click.Context) -> int:
    """Print the public keys that `draftworks verify --key` takes; hand them to your customers.

    The present key comes first, then those that were retired.
    """
    if context.invoked_subcommand is None:
        settings = read_settings(os.environ)
        signer = open_own_signer(settings)
        _print(signer.public_pem.decode(), signer.fingerprint, "Fingerprint")
        for public in _retired_keys(settings):
            if public.fingerprint != signer.fingerprint:
                _print(public.pem, public.fingerprint, "Retired")
    return DELIVERED


@key.command()
def rotate() -> int:
    """Sign with a new key from now on; what was signed until now stays verifiable."""
    settings = read_settings(os.environ)
    if settings.signing_key_file is not None:
        raise SettingsError(_GIVEN)
    if not settings.own_signing_key.exists():
        raise SettingsError("there is no key to change yet: the first build makes one")
    _retired_keys(settings)  # what cannot be read is not added to
    try:
        # Processes that run now would go on signing with the key that they opened.
        with locked(Places(settings.data_folder).keeper, fcntl.LOCK_EX | fcntl.LOCK_NB):
            old = open_own_signer(settings).fingerprint
            rotate_key(settings.own_signing_key, settings.retired_keys)
            new = open_own_signer(settings).fingerprint
    except BlockingIOError as error:
        raise SettingsError(
            "the works is running and would go on with the old key: stop `factory up` and all "
            "builds, then say this again"
        ) from error
    click.echo(_CHANGED.format(new=new, old=old, first=new[:8], last=new[-8:]), nl=False)
    return DELIVERED


def _retired_keys(settings: Settings) -> tuple[PublicKey, ...]:
    if settings.retired_keys_file is None and not settings.retired_keys.exists():
        return ()
    return read_public_keys(settings.retired_keys)


def _print(pem: str, fingerprint: str, word: str) -> None:
    click.echo(pem, nl=False)
    click.echo(f"{word}: {fingerprint}", err=True)
