"""Checks a delivered bundle offline: signature, files, verdicts, sealed scenarios, history.

`verification` is where to start; each other module is one thing that can be wrong.
"""
