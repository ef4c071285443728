"""The components that a search starts from, by what they work on: slots, template, cost."""
