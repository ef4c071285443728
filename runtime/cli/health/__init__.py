"""Commands that say how a council is: status and doctor."""
