"""Commands about what the council wants by itself: goals, values, the charter and the ceiling."""
