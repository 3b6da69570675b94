"""What agents can do in a sandbox, and nowhere else."""
