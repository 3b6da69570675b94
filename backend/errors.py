"""Errors that belong to the process rather than to a package.

WorksError
├── SettingsError        an environment variable is unknown or malformed
└── PartMissingError     something that this machine needs is not there; says how to get it
"""


class WorksError(Exception):
    """The works cannot run as it is set up."""


class SettingsError(WorksError):
    """An environment variable is unknown or malformed; the message names it."""


class PartMissingError(WorksError):
    """Something that this machine needs is not there; the message says how to get it."""
