"""The stages of the build line: one file each, same signature."""
