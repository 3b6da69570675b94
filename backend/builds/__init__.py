"""The build line: how a blueprint becomes a proven product."""
