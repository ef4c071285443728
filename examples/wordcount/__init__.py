"""Counts the words of a text: how actors of your own join the council."""
