"""Calls that the project makes itself: synthesised voices, a telephone line, exact truth."""
