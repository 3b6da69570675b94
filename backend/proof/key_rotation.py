"""Changes the installation's key, so that proofs of before can still be checked."""

from pathlib import Path

from backend.embedded.files import write_private
from backend.proof.signing import new_key, open_signer


def rotate_key(key: Path, retired: Path) -> None:
    """Keep the public half of the key with the retired ones, and replace the private half.

    In this order: stopped between the two, the works goes on with the key that it has.
    """
    public = open_signer(key).public_pem.decode()
    kept = retired.read_text(encoding="utf-8") if retired.exists() else ""
    if public not in kept:
        separator = "\n" if kept and not kept.endswith("\n") else ""
        write_private(retired, kept + separator + public)
    write_private(key, new_key().decode())
