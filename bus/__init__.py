"""The log and what guards it: connections, commit, fence, recovery; on a NATS server or in a seeded simulation."""
