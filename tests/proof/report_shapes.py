"""Results as later phases leave them: other data, a second look, a narrated clip, texts, traces."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw

from backend.proof.evidence import EvidenceFolder
from backend.proof.pictures import Picture, find_difference
from backend.proof.results import (
    Attempt,
    Chapter,
    Comparison,
    CriterionResult,
    DataRun,
    Evidence,
    Look,
    Narration,
    Observation,
    Replacement,
    SecondLook,
    StepResult,
    Verdict,
)

HOSTILE = "<script>document.title = 'owned'</script><img src=x onerror=alert(1)>"
ERROR = "GET /broken: answered 500"


def with_every_part(result: CriterionResult, folder: Path) -> CriterionResult:
    """Give a criterion that holds everything that one can hold."""
    shown = result.attempts[-1]
    files = EvidenceFolder(folder, criterion=result.criterion, attempt=9)
    clip = next(piece for piece in shown.evidence if piece.kind == "video")
    pieces = {
        "transcript": files.write(
            f"GET /api HTTP/1.1\n\n{HOSTILE}\n".encode() * 200, kind="transcript", suffix="txt"
        ),
        "mail": files.write(
            f"To: ada@example.com\n\n{HOSTILE}".encode(), kind="mail", suffix="eml"
        ),
        "trace": files.write(b"PK", kind="trace", suffix="zip"),
    }
    attempt = _with_texts(shown, pieces["transcript"], pieces["mail"])
    return msgspec.structs.replace(
        result,
        attempts=(attempt,),
        data_runs=(_data_run(attempt, 1), _data_run(attempt, 2)),
        second_look=_second_look(attempt, _picture(attempt)),
        narration=Narration(
            clip=files.write((folder / clip.path).read_bytes(), kind="narration", suffix="webm"),
            chapters=tuple(
                Chapter(step=number, milliseconds=(number - 1) * 200)
                for number in range(1, len(attempt.steps) + 1)
            ),
            evidence=(pieces["trace"],),
        ),
    )


def with_renewed_picture(result: CriterionResult, folder: Path) -> CriterionResult:
    """Let a criterion end with a picture that another browser drew before."""
    shown = result.attempts[-1]
    files = EvidenceFolder(folder, criterion=result.criterion, attempt=8)
    before, now = _drawn("Repairs", 16), _drawn("Repairs", 17)
    difference = find_difference(Picture(content=before), Picture(content=now))
    assert difference is not None
    contents = {"picture": now, "approved": before, "heat_map": difference.heat_map}
    pieces = tuple(
        files.write(content, kind=kind, suffix="png", part=kind)
        for kind, content in contents.items()
    )
    last = msgspec.structs.replace(
        shown.steps[-1],
        text='the page should look like "repairs"',
        verdict=Verdict.JUDGED,
        message="The browser that takes pictures was renewed.",
        look=Look(name="repairs", viewport="1280x800", comparison=Comparison.RENEWED),
        evidence=pieces,
    )
    attempt = msgspec.structs.replace(
        shown, steps=(*shown.steps[:-1], last), verdict=Verdict.JUDGED
    )
    return msgspec.structs.replace(
        result,
        verdict=Verdict.JUDGED,
        attempts=(attempt,),
        renewed_pictures=(pieces[0].path,),
        data_runs=(),
        second_look=None,
        narration=None,
    )


def _drawn(text: str, size: int) -> bytes:
    """Draw a page of one word, as another browser would draw it a little otherwise."""
    picture, drawing = Image.new("RGB", (1280, 800), "white"), BytesIO()
    ImageDraw.Draw(picture).text((40, 40), text, fill="black", font_size=size)
    picture.save(drawing, "PNG")
    return drawing.getvalue()


def with_failed_data_run(result: CriterionResult) -> CriterionResult:
    """Let a criterion fail on data that nobody was shown."""
    shown = result.attempts[-1]
    steps = (*shown.steps[:-1], _failed(shown.steps[-1]))
    attempt = msgspec.structs.replace(shown, steps=steps, verdict=Verdict.FAILED)
    run = DataRun(
        number=1,
        verdict=Verdict.FAILED,
        replacements=(Replacement(shown="Red tandem", used="Blue kestrel"),),
        attempts=(attempt, msgspec.structs.replace(attempt, number=2)),
    )
    return msgspec.structs.replace(result, verdict=Verdict.FAILED, data_runs=(run,))


def many(results: Sequence[CriterionResult], number: int) -> list[CriterionResult]:
    """Repeat results until there are so many, each a criterion of its own."""
    return [
        msgspec.structs.replace(
            results[index % len(results)],
            criterion=f"R1/check-{index}",
            name=f"{results[index % len(results)].name} {index}",
        )
        for index in range(number)
    ]


def _failed(step: StepResult) -> StepResult:
    return msgspec.structs.replace(
        step, verdict=Verdict.FAILED, message='"Blue kestrel" is nowhere to be seen on the page.'
    )


def _with_texts(attempt: Attempt, transcript: Evidence, mail: Evidence) -> Attempt:
    last = attempt.steps[-1]
    last = msgspec.structs.replace(last, evidence=(*last.evidence, transcript))
    return msgspec.structs.replace(
        attempt,
        steps=(*attempt.steps[:-1], last),
        evidence=(*attempt.evidence, mail),
        network_errors=(ERROR, f"POST /{HOSTILE}: answered 500"),
    )


def _picture(attempt: Attempt) -> Evidence:
    pieces = [piece for step in attempt.steps for piece in step.evidence]
    return next(piece for piece in pieces if piece.kind == "screenshot")


def _data_run(attempt: Attempt, number: int) -> DataRun:
    return DataRun(
        number=number,
        verdict=Verdict.PASSED,
        replacements=(
            Replacement(shown="Red tandem", used=("Blue kestrel", "Grey willow")[number - 1]),
            Replacement(shown=HOSTILE, used=f"{HOSTILE} {number}"),
        ),
        attempts=(msgspec.structs.replace(attempt, evidence=()),),
    )


def _second_look(attempt: Attempt, picture: Evidence) -> SecondLook:
    return SecondLook(
        attempt=msgspec.structs.replace(attempt, evidence=()),
        checks=("accessibility", "page structure", "broken links", "page weight", "time to ready"),
        observations=(
            Observation(
                check="accessibility",
                page="/repairs/new",
                message='The text "Price" is hard to read: grey on grey.',
                blocks=False,
                evidence=(picture,),
            ),
            Observation(
                check="broken links", page="/", message=f'"{HOSTILE}" leads nowhere.', blocks=False
            ),
        ),
    )
