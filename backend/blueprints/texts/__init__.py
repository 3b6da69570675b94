"""Finds the texts in steps that stand for data, so that others could take their place."""
