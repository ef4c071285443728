"""Texts: patterns that find parts, replacements, affixes, and the cheapest way to put a text together."""
