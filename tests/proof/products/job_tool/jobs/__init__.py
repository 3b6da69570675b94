"""A list of repairs in a file, by the command line."""
