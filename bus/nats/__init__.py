"""The log on a real NATS server. Nothing outside this folder imports the NATS client library.

Drafts and questions flow in, records and answers flow out. Start at `connection.py`, which is the log as one identity
sees it; `link.py` holds the connection, `inbox.py` the deliveries, `wire.py` the form of records.
"""
