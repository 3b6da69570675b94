"""A small web app that keeps a business's records."""
