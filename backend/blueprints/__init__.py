"""Blueprints: the written specifications that customers order software with."""
