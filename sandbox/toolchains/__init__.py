"""Toolchains: the programs that sandboxes may use."""
