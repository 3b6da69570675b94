"""Doubts what the scenarios of a blueprint leave out: one rule to a file."""
