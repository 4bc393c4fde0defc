"""Dashboards: figures as plots with their tables, each leading to its calls."""
