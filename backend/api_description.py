"""Writes the API's description as the committed document: `make openapi`."""

import json
import sys
from pathlib import Path

from backend.app import make_app
from backend.settings import Settings


def api_description() -> str:
    """Return the OpenAPI document of this code; nothing is opened or asked for it."""
    settings = Settings(data_folder=Path("nowhere"), secret="described, never served")  # noqa: S106
    return json.dumps(make_app(settings).openapi_schema.to_schema(), indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(api_description(), "utf-8")
