"""Commands that bring a council up, or prepare one: up, demo, auth, mcp, schema, completion."""
