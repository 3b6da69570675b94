"""Checks a bundle whole and says how it stands: the one entrance."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from draftworks._errors import BundleError
from draftworks._verifying.bundle import ENVELOPE, MANIFEST, SIGNER, Bundle, open_bundle, read
from draftworks._verifying.canonical import canonical_json
from draftworks._verifying.criteria import check_criteria
from draftworks._verifying.decisions import check_delivery
from draftworks._verifying.envelope import open_envelope
from draftworks._verifying.evidence import check_evidence
from draftworks._verifying.fault import Fault
from draftworks._verifying.files import BLUEPRINT, check_files, check_names
from draftworks._verifying.history import check_chain, check_story
from draftworks._verifying.holdouts import check_holdouts, check_texts
from draftworks._verifying.public_key import PublicKey, read_public_keys
from draftworks._verifying.statement import Predicate, Statement, read_statement
from draftworks._verifying.telling import not_shown, shown


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """How a bundle stands; what was not reached because of a fault is None or empty.

    `is_verified` says that nothing is wrong; whether the build itself was delivered is its
    `status`. `signer` is the fingerprint of the key, `is_signer_known` whether you named it, and
    `signer_number` which of your `keys_named` it is, counted from 1.
    """

    bundle: str
    is_verified: bool
    faults: tuple[Fault, ...]
    signer: str | None = None
    is_signer_known: bool = False
    signer_number: int | None = None
    keys_named: int = 0
    build: str | None = None
    blueprint: str | None = None
    status: str | None = None
    reason: str | None = None
    signed: str | None = None
    counts: dict[str, int] = {}
    shown: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()


def verify_bundle(
    bundle: str | os.PathLike[str], *, key: str | os.PathLike[str] | None = None
) -> Verification:
    """Check a delivered folder, or its zip, without a network.

    `key` is the file of the works' public keys, as the works gave it to you: the present one, and
    those that it signed with before. Without it the answer rests on the key that lies in the
    bundle, which anybody could have put there.

    Raises BundleError when there is no such bundle, or the key's file is none.
    """
    place = Path(bundle)
    named = read_public_keys(key) if key is not None else ()
    if not place.exists():
        raise BundleError(str(place), "is not there")
    try:
        with open_bundle(place) as opened:
            return _verify(str(place), opened, named)
    except BundleError as error:
        fault = Fault(error.place, error.reason)
        return Verification(bundle=str(place), is_verified=False, faults=(fault,))


def _verify(place: str, bundle: Bundle, named: Sequence[PublicKey]) -> Verification:
    keys = named or (PublicKey(read(bundle, SIGNER), SIGNER),)
    payload, key = open_envelope(read(bundle, ENVELOPE), keys)
    statement, said = read_statement(payload)
    predicate = statement.predicate
    faults = tuple(chain(_readable(bundle, payload), _faults(bundle, statement, said)))
    return Verification(
        bundle=place,
        is_verified=not faults,
        faults=faults,
        signer=key.fingerprint,
        is_signer_known=bool(named),
        signer_number=named.index(key) + 1 if named else None,
        keys_named=len(named),
        build=predicate.proof.build,
        blueprint=predicate.proof.blueprint.name,
        status=predicate.status,
        reason=predicate.reason,
        signed=predicate.signed.isoformat(),
        counts=predicate.proof.counts,
        shown=() if faults else shown(statement),
        not_shown=not_shown(predicate, is_signer_known=bool(named)),
    )


def _readable(bundle: Bundle, payload: bytes) -> Iterator[Fault]:
    """Yield a fault when what people read is not what was signed."""
    if MANIFEST not in bundle.files:
        yield Fault(MANIFEST, "is missing")
    elif read(bundle, MANIFEST) != payload:
        yield Fault(MANIFEST, "is not what was signed")


def _faults(bundle: Bundle, statement: Statement, said: dict[str, Any]) -> Iterator[Fault]:
    predicate = statement.predicate
    yield from check_files(bundle, statement)
    yield from check_names(statement)
    yield from _check_proof_digest(predicate, said)
    yield from check_criteria(statement)
    yield from check_evidence(said, statement.digests)
    yield from check_chain(predicate.events)
    yield from check_story(predicate)
    yield from check_holdouts(predicate)
    if BLUEPRINT in bundle.files:
        yield from check_texts(predicate, read(bundle, BLUEPRINT).decode(errors="replace"))
    yield from check_delivery(predicate)


def _check_proof_digest(predicate: Predicate, said: dict[str, Any]) -> Iterator[Fault]:
    found = hashlib.sha256(canonical_json(said["predicate"]["proof"])).hexdigest()
    if found != predicate.proof_digest:
        yield Fault("proof", "is not the one that its digest names")
