"""What every route shares: errors, sessions and health."""
