"""Artifacts: where code and proof are kept."""
