"""Draws the state machine for the docs, from the table itself."""

from pathlib import Path

from backend.builds.status import TERMINAL, TRANSITIONS, WAITING_FOR_A_PERSON, BuildStatus

EVERY_STATE = "Every state that is not an end may also go to `failed` and `canceled`."
BEGIN, END = "<!-- states: begin -->", "<!-- states: end -->"


def draw() -> str:
    """Return a Mermaid state diagram; the arrows that every state has are said in words."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> queued"]
    for status, arrows in TRANSITIONS.items():
        lines += [
            f"    {status.value} --> {target.value}"
            for target in BuildStatus
            if target in arrows and target not in (BuildStatus.FAILED, BuildStatus.CANCELED)
        ]
    lines += [f"    {status.value} --> [*]" for status in BuildStatus if status in TERMINAL]
    people = ", ".join(
        f"`{status.value}`" for status in BuildStatus if status in WAITING_FOR_A_PERSON
    )
    return "\n".join(
        [
            *lines,
            "```",
            "",
            f"{EVERY_STATE} A person decides in {people}.",
        ]
    )


def redraw(page: str) -> str:
    """Return the page with the drawing between its marks made anew."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{draw()}\n{END}{after}"


if __name__ == "__main__":
    docs = Path(__file__).resolve().parents[2] / "docs" / "states.md"
    docs.write_text(redraw(docs.read_text(encoding="utf-8")), encoding="utf-8")
