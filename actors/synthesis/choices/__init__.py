"""Programs that do one thing or another, by questions that tell the examples apart."""
