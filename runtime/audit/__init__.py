"""Proof that the log is whole and that every freeze held, from the records alone."""
