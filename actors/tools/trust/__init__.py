"""How far each version of a tool is trusted, after what its calls came to."""
