"""An honest bundle verifies; whatever is done to one afterwards is found and named."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.blueprints.product_kinds import leaves_transcript, needs_browser
from backend.blueprints.vocabulary import load_vocabulary
from backend.proof.results import Verdict
from draftworks import BundleError, Verification, verify_bundle
from draftworks._verifying import criteria
from tests.sdk.bundles import (
    ADDED,
    SEALED,
    Statement,
    Story,
    copy_of,
    new_signer,
    sign_anew,
    write_bundle,
)

SIGNER = new_signer()
CHECKS = frozenset({"H05", "L04", "C01", "C29", "C34"})
ENVELOPE, MANIFEST = "proof/proof.dsse.json", "proof/manifest.json"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("honest"), signer=SIGNER)


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "works.pem"
    path.write_bytes(SIGNER.public_pem)
    return path


@pytest.fixture
def spoiled(bundle: Path, tmp_path: Path) -> Path:
    """Return a copy that a test may spoil."""
    return copy_of(bundle, tmp_path / "copy")


def said(found: Verification) -> str:
    return "\n".join(map(str, found.faults))


def test_a_delivered_bundle_verifies_and_tells_what_it_shows(bundle: Path, key_file: Path) -> None:
    found = verify_bundle(bundle, key=key_file)

    assert (found.is_verified, found.faults, found.status) == (True, (), "delivered")
    assert (found.signer, found.is_signer_known) == (SIGNER.fingerprint, True)
    assert found.counts["passed"] == 2
    assert any("1 sealed scenario was fixed before any code" in line for line in found.shown)
    assert any("Ada said 'accept'" in line for line in found.shown)
    assert any("signer tells the truth" in line for line in found.not_shown)


def test_without_a_key_the_signer_is_unknown(bundle: Path) -> None:
    found = verify_bundle(bundle)

    assert found.is_verified
    assert not found.is_signer_known
    assert any("anybody can make a key" in line for line in found.not_shown)


def test_a_bundle_of_a_failed_build_verifies_and_says_failed(tmp_path: Path) -> None:
    story = Story(
        status="failed",
        reason="needs_model",
        verdicts={ADDED: (Verdict.FAILED, Verdict.FAILED), SEALED: ()},
    )

    found = verify_bundle(write_bundle(tmp_path, story))

    assert (found.is_verified, found.status, found.reason) == (True, "failed", "needs_model")
    assert (found.counts["failed"], found.counts["not_run"]) == (1, 1)


def test_a_bundle_at_the_gate_verifies_with_its_scenarios_still_sealed(tmp_path: Path) -> None:
    found = verify_bundle(write_bundle(tmp_path, Story(status="awaiting_acceptance")))

    assert found.is_verified, said(found)
    assert any("not revealed yet" in line for line in found.shown)


def test_a_bundle_of_a_canceled_build_verifies_reveals_and_says_canceled(tmp_path: Path) -> None:
    story = Story(status="canceled", verdicts={ADDED: (Verdict.PASSED,), SEALED: ()})

    found = verify_bundle(write_bundle(tmp_path, story))

    assert found.is_verified, said(found)
    assert found.status == "canceled"
    assert "canceled and delivered no product" in found.shown[0]
    assert any("revealed unchanged" in line for line in found.shown)
    assert any("the last one says 'canceled' too" in line for line in found.shown)


@pytest.mark.parametrize(
    ("story", "told"),
    [
        (Story(told_status="failed"), "do not lead to a build that is delivered"),
        (Story(status="failed", told_status="canceled"), "do not lead to a build that is failed"),
        (Story(status="canceled", told_status="delivering"), "that is canceled"),
        (Story(status="invented"), "cannot be compared with a build that is 'invented'"),
    ],
)
def test_the_last_event_has_to_say_how_the_build_ended(
    tmp_path: Path, story: Story, told: str
) -> None:
    found = verify_bundle(write_bundle(tmp_path, story))

    assert not found.is_verified
    assert told in said(found)


def test_another_reason_than_the_events_give_is_found(tmp_path: Path) -> None:
    verdicts = {ADDED: (Verdict.FAILED,), SEALED: ()}
    story = Story(status="failed", reason="needs_model", verdicts=verdicts)
    folder = write_bundle(tmp_path, story)

    sign_anew(folder, lambda s: s["predicate"].update(reason="rejected"), new_signer())

    assert "give another reason for the end" in said(verify_bundle(folder))


def test_one_clip_cannot_be_shown_for_two_criteria(tmp_path: Path) -> None:
    def forge(statement: Statement) -> None:
        first, second = (r["attempts"][0] for r in statement["predicate"]["proof"]["results"])
        second["evidence"] = first["evidence"]

    folder = write_bundle(tmp_path)
    sign_anew(folder, forge, new_signer())

    assert f"which is evidence of {ADDED}" in said(verify_bundle(folder))


@pytest.mark.parametrize("digits", ["", ".0123456789"])
def test_a_piece_whose_name_disagrees_with_its_content_is_found_though_signed(
    tmp_path: Path, digits: str
) -> None:
    folder = write_bundle(tmp_path)

    def forge(statement: Statement) -> None:
        attempt = statement["predicate"]["proof"]["results"][0]["attempts"][0]
        (video,) = attempt["evidence"]
        before, video["path"] = video["path"], f"videos/R1.a-tool-is-added{digits}.webm"
        (folder / "proof" / before).rename(folder / "proof" / video["path"])
        for subject in statement["subject"]:
            if subject["name"] == f"proof/{before}":
                subject["name"] = f"proof/{video['path']}"

    sign_anew(folder, forge, new_signer())

    assert f"{digits}.webm is not named by its digest" in said(verify_bundle(folder))


def test_a_delivery_without_a_bill_of_materials_is_refused(tmp_path: Path) -> None:
    def forge(statement: Statement) -> None:
        statement["predicate"]["proof"]["product"]["sbom_sha256"] = None

    folder = write_bundle(tmp_path)
    sign_anew(folder, forge, new_signer())

    assert "is not the bill of materials that the proof names" in said(verify_bundle(folder))


# --- the files ------------------------------------------------------------------------------------


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_any_changed_bit_of_any_file_is_found(
    bundle: Path, key_file: Path, tmp_path: Path, data: st.DataObject, kind: str
) -> None:
    names = sorted(p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file())
    name = data.draw(st.sampled_from([n for n in names if (bundle / n).stat().st_size]))
    content = bytearray((bundle / name).read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= 1 << data.draw(st.integers(0, 7))
    folder = tmp_path / "changed"
    shutil.rmtree(folder, ignore_errors=True)
    copy_of(bundle, folder)
    (folder / name).write_bytes(content)

    place = Path(shutil.make_archive(str(folder), "zip", folder)) if kind == "zip" else folder
    for found in (verify_bundle(place, key=key_file), verify_bundle(place)):
        assert not found.is_verified
        # Another signer is also found by the envelope, which then does not fit.
        named = {name, ENVELOPE} if name == "proof/signer.pem" else {name}
        assert named & {fault.place for fault in found.faults}, said(found)


def test_every_file_that_is_missing_added_or_renamed_is_named(spoiled: Path) -> None:
    (spoiled / "product/app/web.py").unlink()
    (spoiled / "proof/report.html").rename(spoiled / "proof/Report.html")
    (spoiled / "product/extra.py").write_text("")
    (spoiled / "product/empty").mkdir()

    places = {fault.place: fault.message for fault in verify_bundle(spoiled).faults}

    assert places == {
        "product/app/web.py": "is missing",
        "proof/report.html": "is missing",
        "proof/Report.html": "is not in the manifest: it was added",
        "product/extra.py": "is not in the manifest: it was added",
        "product/empty": "is a folder that the manifest does not know",
    }


@pytest.mark.parametrize("name", [MANIFEST, ENVELOPE, "proof/signer.pem"])
def test_a_bundle_without_its_statement_signature_or_signer_is_refused(
    spoiled: Path, name: str
) -> None:
    (spoiled / name).unlink()

    found = verify_bundle(spoiled)

    assert not found.is_verified
    assert name in said(found)


def test_a_link_is_refused_even_to_the_very_same_bytes(spoiled: Path, tmp_path: Path) -> None:
    same = tmp_path / "same.py"
    shutil.move(spoiled / "product/app/web.py", same)
    (spoiled / "product/app/web.py").symlink_to(same)

    assert "product/app/web.py: is a link" in said(verify_bundle(spoiled))


def test_a_linked_folder_and_a_pipe_are_refused(bundle: Path, tmp_path: Path) -> None:
    linked, piped = copy_of(bundle, tmp_path / "a"), copy_of(bundle, tmp_path / "b")
    shutil.move(linked / "product", tmp_path / "product")
    (linked / "product").symlink_to(tmp_path / "product")
    os.mkfifo(piped / "proof/pipe")

    assert "product: is a link" in said(verify_bundle(linked))
    assert "proof/pipe: is no regular file" in said(verify_bundle(piped))


def test_what_is_no_bundle_at_all_is_refused_with_the_remedy(
    bundle: Path, key_file: Path, tmp_path: Path
) -> None:
    with pytest.raises(BundleError, match="is not there"):
        verify_bundle(tmp_path / "none")
    assert "name the folder that holds `proof`" in said(verify_bundle(bundle / "proof"))
    assert "neither a folder nor a sound zip" in said(verify_bundle(key_file))
    with pytest.raises(BundleError, match="is no public key"):
        verify_bundle(bundle, key=bundle / MANIFEST)
    with pytest.raises(BundleError, match="cannot be read"):
        verify_bundle(bundle, key=tmp_path / "none.pem")


# --- the signature --------------------------------------------------------------------------------


def test_a_bundle_signed_by_another_key_is_refused_when_the_signer_is_named(
    spoiled: Path, key_file: Path
) -> None:
    sign_anew(spoiled, lambda _: None, other := new_signer())
    (spoiled / "proof/signer.pem").write_bytes(other.public_pem)

    assert "signed by another key" in said(verify_bundle(spoiled, key=key_file))
    found = verify_bundle(spoiled)
    assert (found.is_verified, found.signer) == (True, other.fingerprint)
    assert not found.is_signer_known


@pytest.mark.parametrize(
    "respell",
    [
        lambda text: text + b"\n",
        lambda text: b" " + text,
        lambda text: text.replace(b'","', b'", "'),
        lambda text: text.replace(b'{"payload"', b'{"extra":1,"payload"'),
        lambda text: text.replace(b'{"payload"', b'{"payload":"e30=","payload"'),
        lambda text: text.replace(b'"signatures":[', b'"signatures":[{"keyid":"","sig":""},'),
        lambda text: text.replace(b"application/", b"application\\u002f"),
        lambda text: text.replace(b'"sig":"', b'"sig":"\\n'),
        lambda text: text.replace(b'=="}]', b'"}]'),
        lambda _: b"[" * 100_000,
        lambda _: b"",
        lambda _: b"{}",
        lambda _: b"\xff",
    ],
    ids=range(13),
)
def test_an_envelope_that_was_written_anew_is_refused(
    spoiled: Path, respell: Callable[[bytes], bytes]
) -> None:
    envelope = spoiled / ENVELOPE
    envelope.write_bytes(respell(envelope.read_bytes()))

    found = verify_bundle(spoiled)

    assert not found.is_verified
    assert found.faults[0].place == ENVELOPE


def test_the_readable_manifest_cannot_say_anything_else_than_what_was_signed(
    spoiled: Path,
) -> None:
    manifest = spoiled / MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(b"looks right", b"looks wrong"))

    assert said(verify_bundle(spoiled)) == f"{MANIFEST}: is not what was signed"


# --- the statement: what a forger with a key of their own would have to make fit -----------------


def _drop_attempt(statement: Statement) -> None:
    statement["predicate"]["proof"]["results"][0]["attempts"].pop(0)


def _drop_criterion(statement: Statement) -> None:
    statement["predicate"]["proof"]["results"].pop()


def _swap_approval(statement: Statement) -> None:
    statement["predicate"]["approvals"][0]["actor"] = "Eve"


def _drop_approval(statement: Statement) -> None:
    statement["predicate"]["approvals"].clear()


def _drop_event(statement: Statement) -> None:
    events = statement["predicate"]["events"]
    events["entries"].pop(2)
    events["length"] -= 1


def _renumber(statement: Statement) -> None:
    _drop_event(statement)
    for number, event in enumerate(statement["predicate"]["events"]["entries"], start=1):
        event["sequence"] = number


def _drop_last_event(statement: Statement) -> None:
    statement["predicate"]["events"]["entries"].pop()


def _change_leaf(statement: Statement) -> None:
    statement["predicate"]["revealed"][0]["text"] += " "


def _seal_another_text(statement: Statement) -> None:
    """Seal an easy scenario in the place of the blueprint's, from the first event on."""
    predicate = statement["predicate"]
    leaf = predicate["revealed"][0]
    leaf["text"] = leaf["text"].replace("should show the error", "should not show the error")


def _hide_leaf(statement: Statement) -> None:
    statement["predicate"]["revealed"] = None


def _drop_leaf(statement: Statement) -> None:
    statement["predicate"]["revealed"].clear()


def _bad_salt(statement: Statement) -> None:
    statement["predicate"]["revealed"][0]["salt"] = "no hex"


def _other_blueprint(statement: Statement) -> None:
    statement["predicate"]["proof"]["blueprint"]["sha256"] = "0" * 64


def _other_tree(statement: Statement) -> None:
    statement["predicate"]["proof"]["product"]["tree_sha256"] = "0" * 64


def _other_sbom(statement: Statement) -> None:
    statement["predicate"]["proof"]["product"]["sbom_sha256"] = "0" * 64


def _praise(statement: Statement) -> None:
    statement["predicate"]["proof"]["counts"]["passed"] = 9


def _climb(statement: Statement) -> None:
    statement["subject"][0]["name"] = "../outside"


def _name_twice(statement: Statement) -> None:
    statement["subject"].append(statement["subject"][0])


def _other_kind(statement: Statement) -> None:
    statement["predicateType"] = "https://slsa.dev/provenance/v1"


def _no_statement(statement: Statement) -> None:
    statement["predicate"] = []


@pytest.mark.parametrize(
    ("forge", "place"),
    [
        (_drop_attempt, "R1/a-tool-is-added"),
        (_drop_criterion, "proof"),
        (_swap_approval, "decisions"),
        (_drop_approval, "decisions"),
        (_drop_event, "events"),
        (_renumber, "events"),
        (_drop_last_event, "events"),
        (_change_leaf, "sealed scenarios"),
        (_seal_another_text, SEALED),
        (_hide_leaf, "sealed scenarios"),
        (_drop_leaf, "sealed scenarios"),
        (_bad_salt, "sealed scenarios"),
        (_other_blueprint, "proof/blueprint.md"),
        (_other_tree, "product/"),
        (_other_sbom, "product/sbom.cdx.json"),
        (_praise, "counts"),
        (_climb, "../outside"),
        (_name_twice, MANIFEST),
        (_other_kind, MANIFEST),
        (_no_statement, MANIFEST),
    ],
)
def test_a_statement_that_does_not_agree_with_itself_is_refused_though_signed(
    tmp_path: Path, forge: Callable[[Statement], None], place: str
) -> None:
    folder = write_bundle(
        tmp_path,
        Story(verdicts={ADDED: (Verdict.FAILED, Verdict.PASSED), SEALED: (Verdict.PASSED,)}),
    )
    assert verify_bundle(folder).is_verified
    sign_anew(folder, forge, new_signer())

    found = verify_bundle(folder)

    assert not found.is_verified
    assert place in [fault.place for fault in found.faults], said(found)


@pytest.mark.parametrize("part", ["evidence", "steps"])
def test_a_criterion_without_its_evidence_is_not_passed(tmp_path: Path, part: str) -> None:
    folder = write_bundle(tmp_path)

    def forge(statement: Statement) -> None:
        attempt = statement["predicate"]["proof"]["results"][0]["attempts"][0]
        lost = attempt if part == "evidence" else attempt["steps"][1]
        path = "proof/" + lost["evidence"].pop()["path"]
        statement["subject"] = [s for s in statement["subject"] if s["name"] != path]
        (folder / path).unlink()

    sign_anew(folder, forge, new_signer())

    assert f"{ADDED}: is stated as passed, but" in said(verify_bundle(folder))


@pytest.mark.parametrize(
    ("kinds", "lack"),
    [
        ({"H01": (), "H05": ("transcript",)}, ""),
        ({"W12": (), "L01": (), "L04": ("transcript",)}, ""),
        ({"H01": (), "C29": ("mail",), "C34": ("mail",)}, ""),
        ({"H01": (), "H05": ()}, "a check of attempt 1 has no evidence"),
        ({"H01": (), "H05": ("screenshot",)}, "a check of attempt 1 has no evidence"),
        ({"A02": (), "H05": ("transcript",)}, "attempt 1 has no video"),
        ({"H01": (), "C01": ("screenshot",)}, "attempt 1 has no video"),
    ],
)
def test_an_attempt_owes_what_its_steps_leave(
    tmp_path: Path, kinds: dict[str, tuple[str, ...]], lack: str
) -> None:
    folder = write_bundle(tmp_path)

    def forge(statement: Statement) -> None:
        attempt = statement["predicate"]["proof"]["results"][0]["attempts"][-1]
        piece = attempt["steps"][-1]["evidence"][0]
        attempt["evidence"] = []
        attempt["steps"] = [
            {
                **attempt["steps"][0],
                "expression": expression,
                "kind": "then" if expression in CHECKS else "when",
                "evidence": [{**piece, "kind": kind} for kind in evidence],
            }
            for expression, evidence in kinds.items()
        ]

    sign_anew(folder, forge, new_signer())
    found = said(verify_bundle(folder))

    assert ("is stated as passed, but" in found) == bool(lack), found
    assert lack in found


def test_the_verifier_asks_of_each_step_what_the_works_leaves() -> None:
    steps = [expression.id for expression in load_vocabulary().expressions]

    assert [s for s in steps if criteria.needs_page(s)] == [s for s in steps if needs_browser(s)]
    assert [s for s in steps if criteria.owes_transcript(s)] == [
        s for s in steps if leaves_transcript(s)
    ]


def test_a_failed_criterion_cannot_be_called_passed(tmp_path: Path) -> None:
    def forge(statement: Statement) -> None:
        statement["predicate"]["proof"]["results"][0]["verdict"] = "passed"

    story = Story(status="failed", verdicts={ADDED: (Verdict.FAILED,), SEALED: (Verdict.PASSED,)})
    folder = write_bundle(tmp_path, story)
    sign_anew(folder, forge, new_signer())

    assert f"{ADDED}: is stated as passed, but its attempts say failed" in said(
        verify_bundle(folder)
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"verdicts": {ADDED: (Verdict.FAILED,), SEALED: (Verdict.PASSED,)}}, "is failed, though"),
        ({"verdicts": {}}, "shows no criterion at all"),
        (
            {
                "verdicts": {ADDED: (Verdict.FAILED, Verdict.PASSED), SEALED: (Verdict.PASSED,)},
                "accepts": (),
                "blanket": True,
            },
            "nobody accepted it by name",
        ),
        ({"accepted_proof": "0" * 64}, "of Ada are about another proof"),
        ({"tags": ("@critical",), "accepts": ()}, "is critical, and nobody accepted it"),
        ({"first_baselines": ("list",), "accepts": ()}, "has a first picture, and nobody accepted"),
    ],
)
def test_a_delivery_that_should_not_have_been_is_refused(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    found = verify_bundle(write_bundle(tmp_path, Story(**changes)))

    assert not found.is_verified
    assert told in said(found)


def test_what_a_person_has_to_see_may_be_accepted_by_name_or_with_all_else(tmp_path: Path) -> None:
    seen = {"tags": ("@critical",), "first_baselines": ("list",)}
    named = write_bundle(tmp_path / "named", Story(**seen, accepts=(ADDED,)))
    whole = write_bundle(tmp_path / "whole", Story(**seen, accepts=(), blanket=True))

    assert [verify_bundle(folder).faults for folder in (named, whole)] == [(), ()]
