"""Judging stored calls anew under another phrasebook: what would change, and keeping it."""
