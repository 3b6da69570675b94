"""Tenants: who is calling, and the only door to the database."""
