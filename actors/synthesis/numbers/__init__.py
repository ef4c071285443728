"""Numbers: straight lines, pairs, steps taken back, amounts in several units."""
