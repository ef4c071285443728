"""Lists and records: made item by item, in order, field by field."""
