"""Restoring the database as it was at a moment."""
