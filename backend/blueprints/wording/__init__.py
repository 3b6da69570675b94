"""Doubts the wording of a blueprint's prose: rules over sentences, one rule to a file."""
