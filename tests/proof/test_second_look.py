"""A second look finds each defect that steps pass by, with the oracle it is for and no other."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from backend.blueprints.blueprint import Blueprint, Requirement, Scenario
from backend.blueprints.quality_checks import DEFAULT_RULES, Bearing, Quality, QualityCheck
from backend.proof.evidence import is_intact
from backend.proof.page_structure import PageName
from backend.proof.prover import Prover
from backend.proof.results import CriterionResult, Observation, SecondLook, Verdict
from backend.proof.second_look import LookOrder, with_second_looks
from backend.proof.subject_pool import SubjectPool
from tests.proof.corner_shop import UNSAFE, CornerShop, open_corner_shop
from tests.proof.stories import BLUEPRINT, make_scenario, make_step, prove_on, said_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOME = make_scenario("The shop greets", make_step("W01"), make_step("C01", "Welcome."))
FORM = make_scenario(
    "There is a form",
    make_step("W01"),
    make_step("C01", "Welcome."),
    make_step("A03", "Form"),
    make_step("C01", "Ready."),
)


@pytest.fixture
def shop() -> Iterator[CornerShop]:
    with open_corner_shop() as opened:
        yield opened


def blueprint_of(*scenarios: Scenario, quality: Quality | None = None) -> Blueprint:
    return msgspec.structs.replace(
        BLUEPRINT,
        requirements=(Requirement(id="R1", title="Shop", scenarios=scenarios),),
        quality=quality or Quality(),
    )


def bearing(check: QualityCheck, bears: Bearing, limit: float | None = None) -> Quality:
    """Return the defaults, but for one check."""
    return Quality(
        rules=tuple(
            msgspec.structs.replace(rule, bearing=bears, limit=limit or rule.limit)
            if rule.check is check
            else rule
            for rule in DEFAULT_RULES
        )
    )


async def look(
    prover: Prover,
    shop: CornerShop,
    folder: Path,
    *scenarios: Scenario,
    quality: Quality | None = None,
    accepted: Mapping[PageName, str] | None = None,
    later: str | None = None,
) -> list[CriterionResult]:
    """Prove scenarios and look at them a second time, at the defect that the shop has `later`."""
    blueprint = blueprint_of(*(scenarios or (HOME,)), quality=quality)
    results = await prove_on(
        [shop], prover, blueprint.scenarios, blueprint=blueprint, folder=folder
    )
    for result in results:
        assert result.verdict is Verdict.PASSED, said_in(result)
    shop.defect = shop.defect if later is None else later
    pool = SubjectPool([shop], are_fresh=False)
    order = LookOrder(blueprint=blueprint, folder=folder, accepted=accepted or {})
    try:
        return await with_second_looks(results, prover, pool, order)
    finally:
        await pool.close()


def seen_in(result: CriterionResult) -> SecondLook:
    assert result.second_look
    return result.second_look


def found_in(result: CriterionResult) -> list[tuple[str, bool]]:
    return [(one.check, one.blocks) for one in seen_in(result).observations]


def only(result: CriterionResult) -> Observation:
    (observation,) = seen_in(result).observations
    return observation


async def test_a_good_product_gives_rise_to_nothing(
    prover: Prover, shop: CornerShop, tmp_path: Path
) -> None:
    results = await look(prover, shop, tmp_path, HOME, FORM)

    for result in results:
        assert result.verdict is Verdict.PASSED
        second = seen_in(result)
        assert second.observations == ()
        assert second.checks == tuple(check.value for check in QualityCheck)
        assert second.attempt.verdict is Verdict.PASSED
    kept = [step.evidence for step in seen_in(results[1]).attempt.steps]
    assert [[piece.kind for piece in pieces] for pieces in kept] == [[], ["aria"], [], ["aria"]]
    assert all(is_intact(tmp_path, piece) for pieces in kept for piece in pieces)


@pytest.mark.parametrize(
    ("defect", "check", "blocks", "said"),
    [
        ("white text", "accessibility", True, "Text must differ from its background"),
        ("unlabelled field", "accessibility", True, "must have labels"),
        ("faint text", "accessibility", True, "contrast"),
        ("text on a picture", "accessibility", False, "look at the picture"),
        ("late error", "browser errors", True, "late"),
        ("console error", "browser errors", False, "just saying"),
        ("failing call", "browser errors", True, "/fails: answered 500"),
        ("broken link", "broken links", True, '"Nowhere" on the page / leads to /nowhere'),
        ("missing picture", "broken links", True, "/nothing.png"),
        ("heavy page", "page weight", False, "weighs 5.0"),
        ("slow page", "ready within", False, "not within 2.5"),
    ],
)
async def test_each_defect_is_found_by_the_oracle_that_it_is_for(  # noqa: PLR0913
    prover: Prover, shop: CornerShop, tmp_path: Path, defect: str, check: str, said: str, *,
    blocks: bool,
) -> None:  # fmt: skip
    shop.defect = defect

    (result,) = await look(prover, shop, tmp_path)

    observation = only(result)
    assert (observation.check, observation.page, observation.blocks) == (check, "/", blocks)
    assert said in observation.message
    assert result.verdict is (Verdict.FAILED if blocks else Verdict.PASSED)
    pictures = [piece.kind for piece in observation.evidence]
    assert pictures == (["screenshot"] if check == "accessibility" else [])
    assert all(is_intact(tmp_path, piece) for piece in observation.evidence)


async def test_a_lost_name_is_told_line_by_line_against_the_last_delivery(
    prover: Prover, shop: CornerShop, tmp_path: Path
) -> None:
    (first,) = await look(prover, shop, tmp_path)
    (piece,) = seen_in(first).attempt.steps[-1].evidence
    name = PageName(criterion=HOME.criterion, step=HOME.steps[-1].text)
    accepted = {name: (tmp_path / piece.path).read_text()}

    shop.moment = "12 Nov 2027, 9:30 am"
    (same,) = await look(prover, shop, tmp_path, accepted=accepted)
    shop.defect = "lost name"
    (lost,) = await look(prover, shop, tmp_path, accepted=accepted)
    decides = bearing(QualityCheck.PAGE_STRUCTURE, Bearing.DECIDES)
    (refused,) = await look(prover, shop, tmp_path, accepted=accepted, quality=decides)

    assert found_in(same) == []
    assert found_in(lost) == [("page structure", False)]
    assert 'gone: “navigation "Sections":”; new: “navigation:”' in only(lost).message
    assert [piece.kind for piece in only(lost).evidence] == ["aria", "aria"]
    assert lost.verdict is Verdict.PASSED
    assert found_in(refused) == [("page structure", True)]
    assert refused.verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("defect", "check"),
    [
        ("unlabelled field", QualityCheck.ACCESSIBILITY),
        ("late error", QualityCheck.BROWSER_ERRORS),
        ("broken link", QualityCheck.BROKEN_LINKS),
        ("heavy page", QualityCheck.PAGE_WEIGHT),
        ("slow page", QualityCheck.READY_WITHIN),
    ],
)
async def test_the_author_says_whether_a_check_decides_is_told_or_is_off(
    prover: Prover, shop: CornerShop, tmp_path: Path, defect: str, check: QualityCheck
) -> None:
    shop.defect = defect
    ends = {}
    for bears in Bearing:
        (result,) = await look(prover, shop, tmp_path / bears.name, quality=bearing(check, bears))
        ends[bears] = (result.verdict, found_in(result))

    assert ends == {
        Bearing.DECIDES: (Verdict.FAILED, [(check.value, True)]),
        Bearing.IS_REPORTED: (Verdict.PASSED, [(check.value, False)]),
        Bearing.IS_OFF: (Verdict.PASSED, []),
    }


async def test_a_limit_is_the_authors(prover: Prover, shop: CornerShop, tmp_path: Path) -> None:
    light = bearing(QualityCheck.PAGE_WEIGHT, Bearing.DECIDES, 100)

    (result,) = await look(prover, shop, tmp_path, quality=light)

    assert "more than 0.1 KB" in only(result).message


async def test_what_could_change_something_is_never_followed(
    prover: Prover, shop: CornerShop, tmp_path: Path
) -> None:
    shop.defect = "sign-out links"

    (result,) = await look(prover, shop, tmp_path)

    assert found_in(result) == []
    assert not set(UNSAFE) & set(shop.asked)
    assert "/form" in shop.asked


async def test_a_link_may_lead_on_or_ask_who_one_is(
    prover: Prover, shop: CornerShop, tmp_path: Path
) -> None:
    shop.defect = "leads away"

    (result,) = await look(prover, shop, tmp_path)

    assert found_in(result) == []
    assert {"/away", "/moved", "/members"} <= set(shop.asked)


async def test_a_page_that_moves_on_meanwhile_is_looked_at_where_it_comes_to_rest(
    prover: Prover, shop: CornerShop, tmp_path: Path
) -> None:
    shop.defect = "restless page"

    (result,) = await look(prover, shop, tmp_path)

    assert result.verdict is Verdict.PASSED
    assert not any(blocks for _, blocks in found_in(result))


async def test_one_page_that_many_scenarios_show_is_told_once_and_each_address_asked_once(
    prover: Prover, shop: CornerShop, tmp_path: Path
) -> None:
    shop.defect = "broken link"
    sealed = make_scenario("A sealed look", *HOME.steps, tags=("@holdout",))

    results = await look(prover, shop, tmp_path, sealed, FORM, HOME)

    assert [found_in(result) for result in results] == [[], [("broken links", True)], []]
    assert [result.verdict for result in results] == [
        Verdict.PASSED, Verdict.FAILED, Verdict.PASSED,
    ]  # fmt: skip
    assert shop.asked.count("/nowhere") == 2  # and once more before it is called broken


async def test_what_holds_no_more_is_unstable_and_keeps_its_picture(
    prover: Prover, shop: CornerShop, tmp_path: Path
) -> None:
    once = make_scenario(
        "Only once", make_step("W02", "/flip"), make_step("C03", "Welcome.", 300, "milliseconds")
    )

    (result,) = await look(prover, shop, tmp_path, once)

    assert result.verdict is Verdict.UNSTABLE
    attempt = seen_in(result).attempt
    assert attempt.verdict is Verdict.FAILED
    assert {piece.kind for piece in attempt.steps[-1].evidence} == {"screenshot", "aria"}


async def test_a_page_that_never_comes_to_rest_is_left_to_a_person(
    prover: Prover, shop: CornerShop, tmp_path: Path
) -> None:
    (result,) = await look(prover, shop, tmp_path, later="endless reload")

    assert result.verdict is Verdict.UNSTABLE
    assert "could not be looked at to the end" in seen_in(result).attempt.message


async def test_with_every_check_off_nobody_looks(
    prover: Prover, shop: CornerShop, tmp_path: Path
) -> None:
    off = tuple(msgspec.structs.replace(rule, bearing=Bearing.IS_OFF) for rule in DEFAULT_RULES)

    (result,) = await look(prover, shop, tmp_path, quality=Quality(rules=off))

    assert result.second_look is None
    assert shop.asked.count("/") == 1
