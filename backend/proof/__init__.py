"""Proof: runs every scenario against the product and keeps what was seen."""
