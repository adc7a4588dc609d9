"""Proving that backups can be restored."""
