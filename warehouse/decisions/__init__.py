"""What people decide: accounts, reviews, verdicts, audit; rows in SQLite or PostgreSQL."""
