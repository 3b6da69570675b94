"""Python client of Draftworks: you draft it, the works builds it."""
