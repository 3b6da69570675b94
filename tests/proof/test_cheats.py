"""A product that cheats its proof is refused, in a real sandbox and a real browser."""

import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend.builds.source_scan import SEALED_RULE, scan_source
from backend.proof.browser import BrowserSettings
from backend.proof.play_order import Recording
from backend.proof.prover import Prover, open_prover
from backend.proof.results import CriterionResult, Verdict
from backend.proof.window import DEVICES, ordinary_user_agent
from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.protocol import Toolchain
from tests.proof.cheater import (
    FORGETS,
    HONEST,
    LOOKED_AT_TEXT,
    Edit,
    cheating,
    looked_at,
    notes_blueprint,
    open_notes,
    proven,
    with_script,
)
from tests.proof.stories import said_in

KEPT, REFUSED, SEALED, FIRST = (
    "A note is kept",
    "A note without a title is refused",
    "Another note is kept",
    "The first note is kept",
)
SHOWN, DRAWN = "The notes are shown", "The notes look as they were drawn"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def driver() -> AsyncIterator[BubblewrapSandbox]:
    async with BubblewrapSandbox() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def prover(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Prover]:
    folder = tmp_path_factory.mktemp("browser")
    settings = BrowserSettings(folder=folder, step_seconds=4.0, scenario_seconds=60.0)
    async with open_prover(settings) as opened:
        yield opened


@pytest.fixture
def prove_notes(
    driver: BubblewrapSandbox, toolchain: Toolchain, prover: Prover, tmp_path: Path
) -> "Prove":
    return Prove(driver, toolchain, prover, tmp_path)


class Prove:
    """Boots a note book, proves it and returns the results by name."""

    def __init__(
        self, driver: BubblewrapSandbox, toolchain: Toolchain, prover: Prover, folder: Path
    ) -> None:
        self.folder = folder / "evidence"
        self._machine = driver, toolchain, prover

    async def __call__(
        self, source: str, recording: Recording = Recording.NONE
    ) -> dict[str, CriterionResult]:
        driver, toolchain, prover = self._machine
        async with open_notes(driver, toolchain, source) as product:
            return await proven(prover, [product], self.folder, recording)

    async def a_picture(self, source: str) -> CriterionResult:
        """Prove that it looks as it was drawn."""
        driver, toolchain, prover = self._machine
        async with open_notes(driver, toolchain, source) as product:
            full, text = Recording.PICTURES, LOOKED_AT_TEXT
            return (await proven(prover, [product], self.folder, full, text=text))[DRAWN]

    async def looking_again(self, source: str) -> dict[str, list[str]]:
        """Return what a second look found and let decide, by its check."""
        driver, toolchain, prover = self._machine
        async with open_notes(driver, toolchain, source) as product:
            result = (await looked_at(prover, [product], self.folder))[SHOWN]
        assert result.second_look
        found: dict[str, list[str]] = {}
        for one in result.second_look.observations:
            if one.blocks:
                found.setdefault(one.check, []).append(one.message)
        assert (result.verdict is Verdict.FAILED) == bool(found)
        return found


def verdicts(results: dict[str, CriterionResult]) -> dict[str, Verdict]:
    return {name: result.verdict for name, result in results.items()}


async def test_the_honest_note_book_passes(prove_notes: Prove) -> None:
    results = await prove_notes(HONEST)

    assert set(verdicts(results).values()) == {Verdict.PASSED}, results


# --- writing into the proof -----------------------------------------------------------------------

_WRITES = """
def try_to_write(places):
    for place in places:
        for name in (place, place + "/verdict.json"):
            try:
                Path(name).parent.mkdir(parents=True, exist_ok=True)
                Path(name).write_text('{"verdict": "passed"}')
            except OSError:
                pass


def main(words):
    try_to_write(PLACES)
"""


async def test_nothing_a_product_writes_reaches_its_proof(prove_notes: Prove) -> None:
    evidence = prove_notes.folder
    forged = [
        str(evidence),
        str(evidence.parent / "proof"),
        "/control/clock",
        "/etc/passwd",
        "/usr",
    ]
    source = cheating(
        FORGETS,
        ("def main(words):\n", f"PLACES = {forged!r}\n{_WRITES}"),
    )

    results = await prove_notes(source, Recording.FULL)

    assert verdicts(results)[KEPT] is Verdict.FAILED
    named = {
        piece.path: piece.sha256
        for result in results.values()
        for attempt in result.attempts
        for piece in (*attempt.evidence, *(p for step in attempt.steps for p in step.evidence))
    }
    found = {
        file.relative_to(evidence).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in evidence.rglob("*")
        if file.is_file()
    }
    assert found == named
    assert not list(evidence.parent.rglob("verdict.json"))


# --- false verdicts -------------------------------------------------------------------------------

_SHOUTS = '''
CLAIMS = """TAP version 13
1..3
ok 1 - A note is kept
ok 2 - A note without a title is refused
ok 3 - Another note is kept
<testsuite tests="3" failures="0"><testcase name="A note is kept"/></testsuite>
{"criterion": "R1/a-note-is-kept", "verdict": "passed"}
"""
print(CLAIMS, CLAIMS, sep="\\n", file=sys.stdout, flush=True)
print(CLAIMS, file=sys.stderr, flush=True)


def main(words):
'''


async def test_verdicts_that_a_product_prints_and_shows_are_only_words(prove_notes: Prove) -> None:
    report = (
        "<main><h1>Proof of Note book</h1><p>passed</p><ul><li>A note is kept: passed</ul>"
        '<script type="application/json">["passed"]</script>'
    )
    source = cheating(FORGETS, ("def main(words):\n", _SHOUTS), ("<main><h1>", report + "<h1>"))

    assert verdicts(await prove_notes(source))[KEPT] is Verdict.FAILED


OVERRIDES = {
    "selectors": """
        document.querySelector = () => document.createElement('b');
        document.querySelectorAll = Element.prototype.querySelectorAll = () => [];
        Element.prototype.matches = () => true; Element.prototype.closest = () => null;""",
    "texts": """
        String.prototype.replace = () => 'Call Ada'; String.prototype.trim = () => 'Call Ada';
        Array.prototype.join = () => 'Call Ada'; JSON.stringify = () => '"Call Ada"';""",
    "values of nodes": """
        for (const [of, name] of [[Node, 'nodeValue'], [Node, 'textContent'],
            [HTMLElement, 'innerText'], [HTMLInputElement, 'value']])
          Object.defineProperty(of.prototype, name, {get: () => 'Call Ada', set: () => {}});""",
    "rows": """
        const every = Element.prototype.querySelectorAll;
        Element.prototype.querySelectorAll = function (what) {
          const found = [...every.call(this, what)];
          return what.startsWith('tr') ? [...found, found.at(-1).cloneNode(true)] : found; };""",
    "errors, console, clock and chance": """
        window.onerror = () => true; console.error = console.log = () => {};
        Date = class { static now() { return 0 } }; Math.random = () => 0;
        window.getComputedStyle = () => ({display: 'block'}); window.eval = () => 'passed';""",
    "an expectation of its own": """
        window.__playwright = window.playwright = {verdict: 'passed', expect: () => true};
        window.addEventListener = () => {}; window.Promise = class {};""",
}


@pytest.mark.parametrize("script", OVERRIDES.values(), ids=OVERRIDES.keys())
async def test_a_page_that_changes_what_the_browser_says_deceives_nobody(
    prove_notes: Prove, script: str
) -> None:
    deceiving = verdicts(await prove_notes(cheating(FORGETS, with_script(script))))
    otherwise_right = verdicts(await prove_notes(cheating(with_script(script))))

    assert {deceiving[name] for name in (KEPT, SEALED, FIRST)} == {Verdict.FAILED}
    assert set(otherwise_right.values()) == {Verdict.PASSED}


# --- hiding from a look ---------------------------------------------------------------------------

UNREADABLE: Edit = (
    "<main><h1>",
    "<p style='color:#fff;background:#fff'>You cannot read this.</p><main><h1>",
)
HEAVY: Edit = ("</table></main>", "</table></main><!--{'x' * 30_000}-->")
SLOW: Edit = ("        self.show(titles=load())\n\n    def do_POST", (
    "        __import__('time').sleep(1.3)\n"
    "        self.show(titles=load())\n\n    def do_POST"
))  # fmt: skip
AWAY_FROM_AXE = {
    "nothing to select": """
        document.querySelector = Element.prototype.querySelector = () => null;
        document.querySelectorAll = Element.prototype.querySelectorAll = () => [];""",
    "no elements": """
        for (const name of ['childNodes', 'children', 'firstChild', 'parentNode'])
          Object.defineProperty(Node.prototype, name, {get: () => []});
        Element.prototype.matches = () => false;""",
    "nothing that is seen": "window.getComputedStyle = () => ({display: 'none'});",
    "a judge of its own": """
        const judge = Object.freeze({run: async () => ({violations: [], incomplete: []})});
        Object.defineProperty(window, 'axe', {value: judge});""",
    "a judge that is put back": """
        const judge = {run: async () => ({violations: [], incomplete: []})};
        Object.defineProperty(window, 'axe', {get: () => judge, set: () => {}});""",
    "promises that nobody keeps": """
        Promise.prototype.then = () => new Promise(() => {}); window.Promise = class {};""",
}


@pytest.mark.parametrize("script", AWAY_FROM_AXE.values(), ids=AWAY_FROM_AXE.keys())
async def test_a_page_that_shows_axe_another_page_is_refused_for_what_keeps_people_out(
    prove_notes: Prove, script: str
) -> None:
    found = await prove_notes.looking_again(cheating(UNREADABLE, with_script(script)))

    (said,) = found["accessibility"]
    assert "Text must differ from its background" in said


async def test_a_page_is_left_nothing_that_tells_of_the_look(prove_notes: Prove) -> None:
    """What axe-core leaves behind would let a page behave from its second visit on."""
    tells = "setInterval(() => { if (window.axe) setTimeout(() => { throw Error('seen') }) }, 1)"

    assert not await prove_notes.looking_again(cheating(with_script(tells)))


LIGHT_AND_QUICK = """
    const entry = {name: location.href, startTime: 1, loadEventEnd: 1, encodedBodySize: 1};
    window.PerformanceObserver = class {
      constructor(told) { this.told = told; }
      observe() { this.told({getEntries: () => [entry]}); } };
    window.setTimeout = told => told();"""


async def test_a_page_that_tells_its_own_weight_and_time_is_refused_for_the_true_ones(
    prove_notes: Prove,
) -> None:
    found = await prove_notes.looking_again(cheating(HEAVY, SLOW, with_script(LIGHT_AND_QUICK)))

    assert set(found) == {"page weight", "ready within"}
    assert "weighs 30." in found["page weight"][0]


BIG: Edit = ("        self.show(titles=load())\n\n    def do_POST", (
    "        if self.path == '/big.css':\n"
    "            self.send('/*' + 'x' * 30_000 + '*/', 'text/css')\n            return\n"
    "        self.show(titles=load())\n\n    def do_POST"
))  # fmt: skip
FORGETFUL = """
    document.write('<link rel="stylesheet" href="/big.css">');
    performance.setResourceTimingBufferSize(0);
    addEventListener('load', () => performance.clearResourceTimings());"""


async def test_a_page_that_forgets_what_it_loaded_is_weighed_on_the_wire(
    prove_notes: Prove,
) -> None:
    found = await prove_notes.looking_again(cheating(BIG, with_script(FORGETFUL)))

    assert set(found) == {"page weight"}
    assert "The heaviest: /big.css (30." in found["page weight"][0]


NEVER: Edit = ("        self.show(titles=load())\n\n    def do_POST", (
    "        if self.path == '/never':\n            __import__('time').sleep(12)\n"
    "        self.show(titles=load())\n\n    def do_POST"
))  # fmt: skip
# What a page waits for, and how it says that it does not.
UNFINISHED = {
    "a picture": """
        const shown = new Image(); shown.src = '/never'; document.body.append(shown);
        Object.defineProperty(HTMLImageElement.prototype, 'complete', {get: () => true});
        Object.defineProperty(document, 'images', {get: () => []});""",
    "a font": """
        const face = new FontFace('never', 'url(/never)'); document.fonts.add(face); face.load();
        Object.defineProperty(document, 'fonts', {value: {status: 'loaded'}});""",
    "a busy part": """
        document.body.setAttribute('aria-busy', 'true');
        document.querySelector = () => null;""",
}


@pytest.mark.parametrize("script", UNFINISHED.values(), ids=UNFINISHED.keys())
async def test_a_page_that_says_it_is_at_rest_and_is_not_has_no_picture(
    prove_notes: Prove, script: str
) -> None:
    late = f"addEventListener('load', () => {{ {script} }})"

    result = await prove_notes.a_picture(cheating(NEVER, with_script(late)))

    assert result.verdict is Verdict.FAILED
    assert "does not come to rest" in said_in(result)


LIES_ABOUT_TIME = {
    "long ago": "Date.now = () => 0",
    "no time": "Date.now = () => NaN",
    "no number": "Date.now = () => ({})",
    "the end of time": "Date.now = () => 8.64e15",
    "without end": "Date.now = () => { for (;;); }",
    "another clock": "window.Date = class { static now() { return 1e12 } }",
}


@pytest.mark.parametrize("script", LIES_ABOUT_TIME.values(), ids=LIES_ABOUT_TIME.keys())
async def test_a_page_that_lies_about_the_time_is_pictured_as_without_the_lie(
    prove_notes: Prove, script: str
) -> None:
    honest = await prove_notes.a_picture(HONEST)
    lying = await prove_notes.a_picture(cheating(with_script(script)))

    assert lying.verdict is honest.verdict is Verdict.PASSED
    assert pictures(lying) == pictures(honest)


async def test_a_page_that_breaks_its_clock_has_no_picture(prove_notes: Prove) -> None:
    script = "if (window.__pwClock) __pwClock.controller.fastForward(9e9)"

    result = await prove_notes.a_picture(cheating(with_script(script)))

    assert result.verdict is Verdict.FAILED


def pictures(result: CriterionResult) -> list[str]:
    """Return the digests of what a proof would compare."""
    pieces = [piece for step in result.attempts[-1].steps for piece in step.evidence]
    return [piece.sha256 for piece in pieces if piece.kind == "picture"]


# --- knowing the prover ---------------------------------------------------------------------------

# Each tells a driven browser from one that somebody sits at, and behaves well only for the first.
SIGNS_IN_THE_PAGE = {
    "the driver's own mark": "navigator.webdriver",
    "the name of the browser": "/Headless/.test(navigator.userAgent + navigator.appVersion)",
    "the brands of the browser": "/Headless/.test(JSON.stringify(navigator.userAgentData.brands))",
    "no plug-ins": "navigator.plugins.length === 0 || !navigator.pdfViewerEnabled",
    "no languages": "navigator.languages.length === 0",
    "no window of a browser": "window.outerHeight === 0 || !window.chrome",
    "chance that is not chance": "!/native code/.test(Math.random.toString())",
    "something the driver left": "Object.keys(window).some(n => /playwright|cdc_/.test(n))",
}


@pytest.mark.parametrize("sign", SIGNS_IN_THE_PAGE.values(), ids=SIGNS_IN_THE_PAGE.keys())
async def test_a_page_cannot_tell_that_it_is_being_proven(prove_notes: Prove, sign: str) -> None:
    script = f"addEventListener('submit', e => {{ if (!({sign})) e.preventDefault(); }});"

    results = await prove_notes(cheating(with_script(script)))

    assert verdicts(results)[KEPT] is Verdict.FAILED


@pytest.mark.parametrize("header", ["User-Agent", "Sec-CH-UA"])
async def test_a_server_cannot_tell_the_browser_by_its_headers(
    prove_notes: Prove, header: str
) -> None:
    source = cheating(
        (
            "        add(title)\n",
            f'        if "Headless" in self.headers["{header}"]:\n            add(title)\n',
        )
    )

    results = await prove_notes(source)

    assert verdicts(results)[KEPT] is Verdict.FAILED
    assert "Note saved" not in said_in(results[SEALED])


async def test_a_phone_is_named_as_phones_are(prover: Prover) -> None:
    version = (await prover.browser.get()).version
    phone = ordinary_user_agent(version, DEVICES["phone"])

    assert re.search(r"Android .* Chrome/\d+\.0\.0\.0 Mobile", phone)
    assert "Mobile" not in ordinary_user_agent(version, DEVICES["laptop"])


async def test_a_product_that_knows_the_clock_of_the_prover_is_refused_by_its_source() -> None:
    source = cheating(
        (
            "        add(title)\n",
            '        if "FAKETIME_TIMESTAMP_FILE" in os.environ:\n            add(title)\n',
        )
    )

    (found,) = scan_source({"app.py": source.encode()}, notes_blueprint())

    assert found.blocks
    assert "being proven" in found.message


async def test_a_product_that_behaves_only_once_it_was_seeded_fails_where_nothing_was(
    prove_notes: Prove,
) -> None:
    """Nothing hides a seed from the product: a scenario that begins without one shows the cheat."""
    source = cheating(("        add(title)\n", "        if load():\n            add(title)\n"))

    results = await prove_notes(source)

    assert verdicts(results)[FIRST] is Verdict.FAILED


# --- knowing the answers --------------------------------------------------------------------------


async def test_a_product_that_knows_only_the_shown_examples_fails_the_sealed_one(
    prove_notes: Prove,
) -> None:
    source = cheating(
        (
            "        add(title)\n",
            '        if title in ("Call Ada", "First thought"):\n            add(title)\n',
        )
    )

    results = await prove_notes(source)

    assert verdicts(results) == {
        KEPT: Verdict.PASSED,
        REFUSED: Verdict.PASSED,
        SEALED: Verdict.FAILED,
        FIRST: Verdict.PASSED,
    }


async def test_a_product_that_was_told_the_sealed_example_is_refused_by_its_source() -> None:
    source = cheating(
        (
            "        add(title)\n",
            '        if title in ("Call Ada", "Mend the fence"):\n            add(title)\n',
        )
    )

    found = scan_source({"app.py": source.encode()}, notes_blueprint())

    assert [finding.rule for finding in found if finding.blocks] == [SEALED_RULE]


# --- the browser's side ---------------------------------------------------------------------------

_WORKER = """
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(clients.claim()));
self.addEventListener('fetch', event => event.respondWith(caches.open('old').then(async kept => {
  const found = await kept.match('/'); if (found) return found;
  const fresh = await fetch(event.request);
  if (event.request.method === 'GET') kept.put('/', fresh.clone()); return fresh; })));
"""


async def test_a_service_worker_takes_nothing_from_one_scenario_to_the_next(
    prove_notes: Prove,
) -> None:
    """It answers with what it kept; each scenario has a window of its own, so it kept nothing."""
    worker: Edit = (
        "        self.show(titles=load())\n\n    def do_POST",
        (
            '        if self.path == "/worker.js":\n'
            f"            self.send({_WORKER!r}, 'text/javascript')\n            return\n"
            "        self.show(titles=load())\n\n    def do_POST"
        ),
    )
    script = "navigator.serviceWorker.register('/worker.js')"

    results = await prove_notes(cheating(FORGETS, worker, with_script(script)))

    assert verdicts(results)[KEPT] is Verdict.FAILED
    assert verdicts(results)[SEALED] is Verdict.FAILED


TRICKS = {
    "alerts without end": "setInterval(() => alert('passed'), 50)",
    "windows without end": "setInterval(() => open('/'), 100)",
    "a window that closes itself": "addEventListener('submit', () => close())",
    "a history that goes round": "setInterval(() => history.pushState({}, '', '/passed'), 20)",
    "a page that never comes to rest": "setInterval(() => fetch('/?' + Math.random()), 20)",
    "a page that works for ever": "addEventListener('submit', () => { for (;;); })",
    "a page that leaves": "addEventListener('load', () => { location = 'http://example.com/' })",
}


@pytest.mark.parametrize("script", TRICKS.values(), ids=TRICKS.keys())
async def test_tricks_of_the_browser_end_in_a_refusal_and_harm_nobody_else(
    prove_notes: Prove, script: str
) -> None:
    results = await prove_notes(cheating(FORGETS, with_script(script)))

    assert verdicts(results)[KEPT] is Verdict.FAILED
    assert set(verdicts(await prove_notes(HONEST)).values()) == {Verdict.PASSED}


# --- answering differently ------------------------------------------------------------------------


async def test_a_product_that_is_right_only_the_second_time_is_not_green(
    prove_notes: Prove,
) -> None:
    source = cheating(
        (
            "        add(title)\n",
            (
                "        Pages.times = getattr(Pages, 'times', 0) + 1\n"
                "        if Pages.times % 2 == 0:\n            add(title)\n"
            ),
        )
    )

    results = await prove_notes(source)

    assert set(verdicts(results).values()) & {Verdict.UNSTABLE, Verdict.FAILED}


async def test_a_product_that_is_right_only_the_first_time_fails_the_next_scenario(
    prove_notes: Prove,
) -> None:
    source = cheating(
        (
            "        add(title)\n",
            (
                "        Pages.times = getattr(Pages, 'times', 0) + 1\n"
                "        if Pages.times < 2:\n            add(title)\n"
            ),
        )
    )

    results = await prove_notes(source)

    assert Verdict.FAILED in {results[KEPT].verdict, results[SEALED].verdict}
