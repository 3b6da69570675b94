"""Benchmarks: ours against the bare tool doing the same work, as ratios of one run."""
