"""The log and what guards it: connections, commit, fence, exact recovery; on a NATS server or in a seeded simulation."""
