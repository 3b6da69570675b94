"""Makes what programs print fit for a model to read: no terminal codes, and not too long."""

import re

LONGEST = 16_000  # characters; four thousand tokens
# Colours, moves of the cursor, titles of windows, and links: ECMA-48 and what terminals added.
_TERMINAL = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]*[0-~])"
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def readable(said: str, longest: int = LONGEST) -> str:
    """Return a text without what a reader would not see, its middle left out where it is long."""
    seen = _UNSEEN.sub("", _TERMINAL.sub("", said.replace("\r\n", "\n")))
    if len(seen) <= longest:
        return seen
    half = longest // 2
    left_out = len(seen) - 2 * half
    return f"{seen[:half]}\n[… {left_out:,} characters left out …]\n{seen[-half:]}"
