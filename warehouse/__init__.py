"""What the machines found out of the calls: a DuckLake on one machine, its schema and questions."""
