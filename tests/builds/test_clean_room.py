"""Products whose late emails or calls could be taken for the next scenario's are restarted."""

import pytest

from backend.builds.clean_room import calls_outside
from tests.blueprints.drafts import compiled, draft, requirement, scenario

SEEN = 'Then I should see "Ready"'
MAIL = 'Then "ada@example.com" should receive an email with subject "Ready"'
SERVICES = "## Services\n| name | for |\n| --- | --- |\n| payments | taking cards |\n"


@pytest.mark.parametrize(
    ("outcome", "parts", "expected"),
    [(SEEN, (), False), (MAIL, (), True), (SEEN, (SERVICES,), True)],
)
def test_what_reaches_outside_is_restarted(
    outcome: str, parts: tuple[str, ...], *, expected: bool
) -> None:
    steps = requirement(scenario("Given the app is open", outcome))
    blueprint = compiled(draft(steps, *parts)).blueprint

    assert blueprint is not None
    assert calls_outside(blueprint) is expected
