"""Making backups, and archiving the log."""
