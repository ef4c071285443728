"""The way to a model service: what is asked, what it may cost, and the strict reading of what comes back."""
