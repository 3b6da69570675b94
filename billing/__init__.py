"""Billing: what work costs, and who pays for it."""
