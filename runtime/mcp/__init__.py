"""The council's tools for clients of the Model Context Protocol; needs the extra `mcp`."""
