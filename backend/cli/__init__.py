"""The `factory` command: the works on one machine, for operators."""
