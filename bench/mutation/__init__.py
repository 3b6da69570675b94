"""Puts one defect into a product: generic operators by seed, and defects written by hand."""
