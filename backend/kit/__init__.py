"""The kit: builds a whole small-business web app from a data model, without a language model."""

from backend.kit.build import build, files_of

__all__ = ["build", "files_of"]
