"""A small API for the repairs of a bicycle shop, in the standard library alone."""
