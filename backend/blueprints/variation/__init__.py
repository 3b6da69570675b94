"""Draws other data for a scenario, so that no product passes by knowing the shown one."""
