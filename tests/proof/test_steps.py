"""Every step holds where it should and fails in plain words where it should not."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files

import pytest

from backend.blueprints.blueprint import Step
from backend.proof.attempt import AttemptRun
from backend.proof.camera import Camera
from backend.proof.handlers import HANDLERS
from backend.proof.page_map import PageMap
from backend.proof.prover import Prover
from backend.proof.results import Attempt, Verdict
from backend.proof.scene import Run, Scene
from tests.proof.stories import BLUEPRINT, make_scenario, make_step
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

S = make_step
PATIENT, IMPATIENT = 5.0, 0.2
# Why a control did not answer is known only once the browser has looked at it a few times.
HINDERED = ("It is disabled", "It is read-only")


def _attempt(prover: Prover, toy: ToySubject, browser: object, steps: Sequence[Step]) -> AttemptRun:
    run = Run(blueprint=BLUEPRINT, pages=PageMap(BLUEPRINT.pages), step_seconds=PATIENT)
    scene = Scene(
        run=run,
        scenario=make_scenario("A step", *steps),
        subject=toy,
        browser=browser,  # type: ignore[arg-type]  # the warm browser's
        camera=Camera(None),
        video_folder=None,
    )
    return AttemptRun(scene=scene, number=1, folder=None, scenario_seconds=30.0)


async def play(prover: Prover, toy: ToySubject, *steps: Step) -> Attempt:
    """Play the steps as one scenario, once."""
    attempt = _attempt(prover, toy, await prover.browser.get(), steps)
    try:
        await attempt.play()
    finally:
        await attempt.finish()
    return attempt.result()


@asynccontextmanager
async def on_parts(prover: Prover, toy: ToySubject) -> AsyncIterator[AttemptRun]:
    """Stand on the page that has everything."""
    attempt = _attempt(prover, toy, await prover.browser.get(), ())
    try:
        await attempt.scene.goto("/parts")
        yield attempt
    finally:
        await attempt.finish()


async def test_every_available_step_has_a_handler() -> None:
    text = files("backend.blueprints").joinpath("vocabulary.json").read_text()
    steps = json.loads(text)["steps"]

    assert {s["id"] for s in steps if s["available"]} == set(HANDLERS)


HOLDS = [
    S("W01"),
    S("W02", "Parts"),
    S("A01", "/parts?x=1"),
    S("C16", "Parts"),
    S("C17", "Parts"),
    S("C01", "Total: 12 pieces"),
    S("C01", "in stock"),
    S("C02", "Secret"),
    S("C03", "Parts", 2, "seconds"),
    S("C04", "heading", "Parts"),
    S("C04", "field", "Country"),
    S("C04", "image", "A wheel"),
    S("C05", "button", "Nothing"),
    S("C32", "Saved"),
    S("A02", "Save"),
    S("C09", "Saved"),
    S("A03", "Help"),
    S("C09", "Help"),
    S("A04", "Details"),
    S("C09", "Details"),
    S("A29", "Account"),
    S("C09", "Menu"),
    S("C07", "Account", "expanded"),
    S("A05", "Name", "Ada"),
    S("C06", "Name", "Ada"),
    S("A13", "Enter"),
    S("C09", "Entered Ada"),
    S("A07", "Name"),
    S("C07", "Name", "empty"),
    S("A12", "Bo"),
    S("C06", "Name", "Bo"),
    S("A08", "France", "Country"),
    S("C06", "Country", "France"),
    S("A08", "Small", "Size"),
    S("C06", "Size", "Small"),
    S("A08", "Red", "Colour"),
    S("C09", "Colour red"),
    S("A09", "Urgent"),
    S("C07", "Urgent", "ticked"),
    S("A10", "Urgent"),
    S("C07", "Urgent", "unchecked"),
    S("A09", "Alarm"),
    S("C07", "Alarm", "checked"),
    S(
        "A06",
        table=(
            ("Name", "Cy"),
            ("Country", "Spain"),
            ("Paid", "no"),
            ("Size", "Large"),
            ("Moment", "2026-03-02 09:00"),
            ("Photo", "frame.jpg"),
        ),
    ),
    S("C06", "Moment", "2026-03-02T09:00"),
    S("C06", "Country", "Spain"),
    S("C07", "Paid", "unticked"),
    S("C09", "Photo frame.jpg"),
    S("W12", "stock.csv", document="part,count\nchain,3", kind=None),
    S("A11", "stock.csv", "Photo"),
    S("C09", "Photo stock.csv 18"),
    S("A14", "Hover here"),
    S("C09", "Hovered"),
    S("A15", "Wheel", "Basket"),
    S("C09", "Dropped"),
    S("A16", "Open", "Red tandem"),
    S("C09", "Open red"),
    S("A16", "Open", "Blue racer"),
    S("C09", "Open blue"),
    S("A17", "Edit", "Address", "section"),
    S("C09", "Edit address"),
    S("A20", "Opening hours"),
    S("C06", "Price", "12.50"),
    S("C06", "Weight", "3 kg"),
    S("C06", "Fixed", "yes"),
    S("C06", "Code", "abc"),
    S("C06", "Day", "2026-03-02"),
    S("C30", "Notes", "puncture"),
    S("C30", "Weight", "kg"),
    *(
        S("C07", name, state)
        for name, state in (
            ("Save", "enabled"),
            ("Submit", "disabled"),
            ("Name", "required"),
            ("Notes", "optional"),
            ("Overview", "selected"),
            ("Colour", "collapsed"),
            ("Save", "visible"),
            ("Nothing", "hidden"),
            ("Fixed", "read-only"),
            ("Email", "invalid"),
            ("Notes", "valid"),
        )
    ),
    S("C08", "Email", "Enter a valid email"),
    S("C08", "Name", "Name is required"),
    S("C08", "Phone", "Phone is too short"),
    S("C10", "Repairs", 3),
    S("C11", "Repairs", table=(("Price", "Bicycle"), ("12.50", "Red tandem"))),
    S("C31", "Repairs", table=(("Bicycle", "Price"), ("Red tandem", "9.50"))),
    S("C12", "Repairs", table=(("Bicycle",), ("Blue racer",), ("Red tandem",), ("Old tricycle",))),
    S("C13", "Repairs", "Price"),
    S("C13", "Repairs", "Since"),
    S("C15", "Tasks", 2),
    S("C18", document='- heading "Parts" [level=1]'),
    S("C19", "parts"),
    S("C33", "parts", table=(("Spinner",), ("Name",))),
    S("C20", "Repairs", "table", "repairs-table"),
    S("C21", "background", "Save", "navy"),
    S("C21", "text", "Save", "#fff"),
    S("C21", "border", "Save", "rgb(255 0 0)"),
    S("C22", "linen"),
    S("C24"),
    S("C25"),
    S("C26", 5.0),
    S("A24", "Export"),
    S("C27", "report.csv"),
    S("C28", document="Red tandem,Ada,12.50"),
    S("A03", "Home"),
    S("A22"),
    S("C16", "Parts"),
    S("A21"),
    S("W11"),
    S("A02", "Ping"),
    S("C09", "Offline"),
]


async def test_every_step_holds_where_it_should(prover: Prover, toys: list[ToySubject]) -> None:
    said = []
    async with on_parts(prover, toys[0]) as attempt:
        for step in HOLDS:
            message = await attempt.message_of(step)
            if message is not None:
                said.append(f"{step.text}: {message}")

    assert said == []


FAILS = [
    (S("A02", "Safe"), 'nothing named "Safe" to press. It offers: links "Home"'),
    (S("A02", "Delete"), '"Delete" is ambiguous: the page has 2 buttons'),
    (S("A02", "Submit"), "It is disabled"),
    (S("A03", "Save"), 'no link "Save". It offers: links "Home", "Parts"'),
    (S("A04", "Save"), 'no tab "Save". It offers: tabs "Overview", "Details"'),
    (S("A29", "Save"), "does not say that it opens a menu"),
    (S("A05", "Nam", "x"), 'no field "Nam". It offers: fields "Name"'),
    (S("A05", "Fixed", "x"), '"Fixed" could not be filled with "x". It is read-only'),
    (S("A05", "Amount", "x"), "takes numbers only"),
    (S("A05", "Day", "soon"), 'does not take "soon"'),
    (S("A06", table=(("Name",),)), "names a field and its value"),
    (S("A06", table=(("Urgent", "maybe"),)), 'its value is "yes" or "no"'),
    (S("A07", "Nam"), 'no field "Nam"'),
    (S("A08", "Italy", "Country"), 'offers no "Italy", but "France", "Spain"'),
    (S("A08", "Medium", "Size"), '"Size" offers no "Medium"'),
    (S("A08", "x", "Paid"), "not a field to choose from"),
    (S("A09", "Name"), 'no checkbox "Name". It offers: checkboxes "Urgent", "Paid"'),
    (S("A10", "Nothing"), 'no checkbox "Nothing"'),
    (S("A11", "frame.jpg", "Name"), 'no file field "Name"'),
    (S("A11", "../x", "Photo"), "not a plain file name"),
    (S("A11", "a.exe", "Photo"), 'no sample file of the kind ".exe"'),
    (S("A13", "Entre"), 'no key "Entre"'),
    (S("A14", "Nothing"), 'nothing named "Nothing"'),
    (S("A15", "Wheel", "Nowhere"), 'nothing named "Nowhere"'),
    (S("A16", "Open", "Green"), 'no row with a cell "Green"'),
    (S("A16", "Shut", "Red tandem"), 'nothing named "Shut"'),
    (S("A17", "Edit", "Nothing", "section"), 'no section "Nothing"'),
    (S("A17", "Shut", "Address", "section"), 'nothing named "Shut"'),
    (S("A18"), "The browser asked nothing"),
    (S("A20", "Nothing"), 'nothing named "Nothing"'),
    (S("A24", "Save"), "gave no file"),
    (S("W02", "Nowhere"), 'no page "Nowhere". The home page\'s navigation offers "Home"'),
    (S("W02", "/nowhere"), "answers with the error 404"),
    (S("W02", "Parts"), None),
    (S("W05", "boats", table=(("Name",), ("Ada",))), 'no "boats"'),
    (S("W05", "customers", table=(("Age",), ("7",))), "refused these rows: Customer has no field"),
    (S("W06", "boats"), 'no "boats"'),
    (S("W08", "phone"), "before the first page"),
    (S("W12", "a/b.csv", document=""), "not a plain file name"),
    (S("C01", "Secret"), '"Secret" is nowhere'),
    (S("C01", "total: 12"), "nowhere"),
    (S("C02", "Total"), '"Total" is on the page'),
    (S("C03", "Nothing", 100, "milliseconds"), "nowhere"),
    (S("C04", "heading", "parts"), 'no heading "parts". It offers: headings "Parts"'),
    (S("C05", "button", "Save"), 'The button "Save" is on the page'),
    (S("C06", "Price", "13"), '"Price" is "12.50", not "13"'),
    (S("C06", "Name", "Zoe"), '"Name" is "", not "Zoe"'),
    (S("C06", "Paid", "yes"), "should be ticked"),
    (S("C06", "Nothing", "x"), 'no value named "Nothing"'),
    (S("C30", "Notes", "chain"), 'is "Mind the puncture", not "chain" with that in it'),
    (S("C07", "Save", "disabled"), '"Save" is not disabled'),
    (S("C07", "Save", "hidden"), '"Save" is visible'),
    (S("C07", "Nothing", "enabled"), 'nothing named "Nothing"'),
    (S("C07", "Urgent", "ticked"), '"Urgent" is not ticked'),
    (S("C08", "Email", "Wrong"), 'shows "Enter a valid email", not the error "Wrong"'),
    (S("C09", "Saved"), 'No message says "Saved". The page\'s messages say "Phone is too short"'),
    (S("C32", "Phone is too short"), 'A message says "Phone is too short"'),
    (S("C10", "Repairs", 4), "shows 3 rows, not 4. It shows | Blue racer | 9.50 |"),
    (S("C10", "Bikes", 1), 'no table "Bikes". It offers: tables "Facts", "Repairs"'),
    (S("C11", "Repairs", table=(("Bicycle",), ("Green",))), "has no row | Green |"),
    (S("C11", "Repairs", table=(("Colour",), ("Green",))), 'Its columns are "Bicycle", "Price"'),
    (S("C31", "Repairs", table=(("Bicycle",), ("Red tandem",))), "has the row | Red tandem |"),
    (
        S("C12", "Repairs", table=(("Price",), ("12.50",), ("9.50",), ("100.00",))),
        "in another order",
    ),
    (S("C12", "Repairs", table=(("Price",), ("9.50",))), "shows 3 rows, not 1"),
    (S("C14", "Repairs", "Price"), '"9.50" stands before "12.50"'),
    (S("C13", "Repairs", "Bicycle"), '"Red tandem" stands before "Old tricycle"'),
    (S("C15", "Tasks", 3), "shows 2 items, not 3"),
    (S("C16", "Repairs"), 'not the "Repairs" page (/repairs) but /parts'),
    (S("C17", "Job book"), 'The title is "Parts"'),
    (S("C18", document='- heading "Bikes"'), "reads differently"),
    (S("C20", "Bikes", "table", "x"), 'no table "Bikes"'),
    (S("C33", "x", table=(("Nothing",),)), 'nothing named "Nothing"'),
    (S("C21", "text", "Save", "black"), "is rgba(255, 255, 255, 1)"),
    (S("C21", "text", "Save", "nice"), "not a colour"),
    (S("C22", "navy"), "The page's background is rgba(250, 240, 230, 1)"),
    (S("C23"), "Text must differ from its background"),
    (S("C26", 0.001), "was ready after"),
    (S("C27", "x"), "No file was downloaded"),
    (S("C28", document="x"), "No file was downloaded"),
    (S("Z99", kind=HOLDS[0].kind), "not yet available"),
]


async def test_every_step_fails_in_plain_words(prover: Prover, toys: list[ToySubject]) -> None:
    wrong = []
    async with on_parts(prover, toys[0]) as attempt:
        for step, expected in FAILS:
            is_hindered = expected is not None and expected.endswith(HINDERED)
            attempt.scene.run.step_seconds = PATIENT if is_hindered else IMPATIENT
            message = await attempt.message_of(step)
            if (expected is None) != (message is None) or (expected or "") not in (message or ""):
                wrong.append(f"{step.text}: {message}")

    assert wrong == []


PLAYED = {
    "a dialog is accepted": (S("A02", "Ask"), S("A18"), S("C09", "Agreed")),
    "a dialog is dismissed": (S("A02", "Ask"), S("A19"), S("C09", "Refused")),
    "a prompt is answered": (S("A02", "Prompt"), S("A28", "lost"), S("C09", "Reason lost")),
    "two dialogs in a row": (S("A02", "Ask twice"), S("A18"), S("A18"), S("C09", "Twice")),
    "a late message is waited for": (S("A02", "Later"), S("C09", "Late")),
    "what a search hides is waited for": (
        S("A05", "Search", "Red"),
        S("C10", "Repairs", 1),
        S("C31", "Repairs", table=(("Bicycle",), ("Blue racer",))),
    ),
    "time passes for page and server": (
        S("A02", "Timer"),
        S("A23", 30, "minutes"),
        S("C09", "Min"),
    ),
    "other hosts are out of reach": (S("A02", "Outside"), S("C09", "Sealed")),
    "what was forbidden may come with the next action": (
        S("C02", "Saved"),
        S("A02", "Save"),
        S("C01", "Saved"),
    ),
}
OVERTHROWN = {
    "an error that flashes up": (S("A02", "Flash"), S("C02", "Error")),
    "a message that comes late": (S("A02", "Later"), S("C32", "Late"), S("C01", "Parts")),
    "a dialog nobody answers": (S("A02", "Ask"), S("C09", "Agreed")),
    "an error in the console": (S("A02", "Complain"), S("C25")),
    "an uncaught error": (S("A02", "Throw"), S("C25")),
    "an answer of 500": (S("A02", "Break"), S("C25")),
    "a file that is missing": (S("A02", "Seek"), S("C25")),
    "a page that is too wide": (S("A02", "Widen"), S("C24")),
}


async def test_stories_that_hold(prover: Prover, toys: list[ToySubject]) -> None:
    for name, steps in PLAYED.items():
        attempt = await play(prover, toys[0], S("W02", "Parts"), *steps)

        assert attempt.verdict is Verdict.PASSED, (name, [s.message for s in attempt.steps])


async def test_stories_that_fail(prover: Prover, toys: list[ToySubject]) -> None:
    said = {}
    for name, steps in OVERTHROWN.items():
        attempt = _attempt(prover, toys[0], await prover.browser.get(), (S("W02", "Parts"), *steps))
        attempt.scene.run.step_seconds = 0.6
        await attempt.play()
        await attempt.finish()
        result = attempt.result()
        assert result.verdict is Verdict.FAILED, name
        said[name] = " ".join(step.message for step in result.steps)

    assert "came back" in said["an error that flashes up"]
    assert "came back" in said["a message that comes late"]
    assert 'The browser asked "Sure?"' in said["a dialog nobody answers"]
    assert "broken wheel" in said["an error in the console"]
    assert "lost nut" in said["an uncaught error"]
    assert "GET /broken: answered 500" in said["an answer of 500"]
    assert "404" in said["a file that is missing"]
    assert "3016 pixels wide" in said["a page that is too wide"]


async def test_date_device_and_language_shape_the_window(
    prover: Prover, toys: list[ToySubject]
) -> None:
    attempt = await play(
        prover,
        toys[0],
        S("W07", "2026-03-02 09:00"),
        S("W08", "phone"),
        S("W09", "fr-FR"),
        S("W04"),
        S("W06", "repairs"),
        S("W02", "Clock"),
        S("C01", "Server 2026-03-02 09:00"),
        S("C01", "Page 2026-03-02T09:00"),
        S("A23", 2, "days"),
        S("C01", "Page 2026-03-04T09:00"),
        S("A21"),
        S("C01", "Server 2026-03-04 09:00"),
    )

    assert attempt.verdict is Verdict.PASSED, [s.message for s in attempt.steps]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (S("W07", "tomorrow"), "not a date"),
        (S("W09", "French"), "not a language"),
        (S("W06", "repairs"), "starts with 1 row there already"),
    ],
)
async def test_a_wrong_world_is_refused(
    prover: Prover, toys: list[ToySubject], step: Step, said: str
) -> None:
    toys[0].shop.add("Repair", {"Bicycle": "Left over"})
    attempt = await play(prover, toys[0], step, S("W01"), S("C01", "Welcome"))

    assert said in attempt.steps[0].message
