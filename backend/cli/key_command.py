"""`factory key`: the public key that this installation's proofs are signed for."""

import os

import click

from backend.cli.exits import DELIVERED
from backend.resources import open_own_signer
from backend.settings import read_settings


@click.command()
def key() -> int:
    """Print the public key that `draftworks verify --key` takes; hand it to your customers."""
    signer = open_own_signer(read_settings(os.environ))
    click.echo(signer.public_pem.decode(), nl=False)
    click.echo(f"Fingerprint: {signer.fingerprint}", err=True)
    return DELIVERED
