"""Where the council meets the world outside."""
