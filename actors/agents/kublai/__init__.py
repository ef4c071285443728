"""Kublai, who owns every task from its acceptance to its end."""
