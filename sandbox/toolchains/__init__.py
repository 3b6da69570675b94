"""Toolchains: read-only folders of programs that sandboxes may run."""
