"""The registry: which tools there are, and the only way to call one."""
