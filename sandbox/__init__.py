"""Sandboxes: sealed machines for code that nobody trusts."""
