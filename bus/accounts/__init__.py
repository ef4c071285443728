"""Who may do what on a server: each identity is a NATS account of its own with exactly its grant.

Grants flow in, the accounts block of a server's configuration flows out. Start at `accounts.py`.
"""
