"""Reports for people: figures and records from the warehouse, on paper and in tables."""
