"""What the council can do: how a capability is found, made, judged and remembered."""
