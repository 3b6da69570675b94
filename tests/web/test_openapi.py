"""The API's description is complete, and the committed copy is that of the code."""

import json
from pathlib import Path

from backend.api_description import api_description

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_description_is_that_of_the_code() -> None:
    assert COMMITTED.read_text("utf-8") == api_description(), (
        "run make openapi, read the difference"
    )


def test_every_route_may_answer_with_a_problem() -> None:
    described = json.loads(api_description())

    answers = [
        operation["responses"]["default"]["content"]
        for item in described["paths"].values()
        for operation in item.values()
    ]
    assert len(answers) > 10
    assert all(list(content) == ["application/problem+json"] for content in answers)
    assert "Problem" in described["components"]["schemas"]
