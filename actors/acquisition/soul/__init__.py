"""What an agent is, in its own SOUL file, and how that may change."""
