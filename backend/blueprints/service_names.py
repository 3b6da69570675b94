"""Names the variable that tells a product where an outside service answers."""

import re

_APART = re.compile(r"[^A-Z0-9]+")


def service_variable(name: str) -> str:
    """Return `SERVICE_CARD_PAYMENTS_URL` for "card payments"; empty when no letter is left."""
    word = _APART.sub("_", name.upper()).strip("_")
    return f"SERVICE_{word}_URL" if word else ""
