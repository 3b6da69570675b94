"""What is set aside for a call is never less than the call can read."""

import msgspec

from backend.agent.model import Question
from backend.agent.usage import TokenUsage
from backend.agent.worst_case import most_prompt_tokens

SAID = {"role": "user", "content": [{"type": "text", "text": "x" * 100}]}
PICTURE = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": "A" * 1_000_000},
}
SHOWN = {
    "role": "user",
    "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": [PICTURE]}],
}


def question(*messages: object) -> Question:
    return Question(
        model="m",
        instructions="y" * 50,
        messages=messages,  # type: ignore[arg-type]  # as the API has them
        max_tokens=10,
        tools=({"name": "z" * 30},),
    )


def test_the_first_question_counts_every_byte() -> None:
    asked = question(SAID)

    least = len(msgspec.json.encode([asked.instructions, *asked.tools, "x" * 100]))
    assert most_prompt_tokens(asked, None, 0) >= least


def test_a_later_question_counts_what_was_measured_and_every_byte_since() -> None:
    last = TokenUsage(fresh=1_000, cache_written=2_000, cache_read=3_000, output=400)

    most = most_prompt_tokens(question(SAID, SAID), last, 1)

    assert 6_500 <= most <= 6_500 + 2_200


def test_a_picture_counts_by_its_pixels_and_not_by_its_letters() -> None:
    assert 5_000 <= most_prompt_tokens(question(SHOWN), None, 0) < 10_000
