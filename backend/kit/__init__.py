"""The kit: builds a small-business web app from a data model, with no language model."""
