"""Measurements: each a module that prints what it measured and how."""
