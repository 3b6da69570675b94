"""The package's version, which every request names in its user agent."""

__version__ = "0.1.0"
