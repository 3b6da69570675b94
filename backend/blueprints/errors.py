"""The errors of blueprints.

BlueprintError
├── BlueprintNotFoundError   no such blueprint for this tenant
└── BlueprintTooLargeError   more text than the works reads; carries the limit
"""


class BlueprintError(Exception):
    """Anything that is wrong with a request about blueprints."""


class BlueprintNotFoundError(BlueprintError):
    """No such blueprint for this tenant."""


class BlueprintTooLargeError(BlueprintError):
    """More text than the works reads."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        super().__init__(f"a blueprint may have at most {limit_bytes:,} bytes of UTF-8 text")
