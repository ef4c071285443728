"""The embedded nats-server: its configuration, its process, its troubles in words, and the export for other servers.

Start at `embedded.py`.
"""
