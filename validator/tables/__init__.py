"""From cells to one typed frame for each kind of record, every value with its cell."""
