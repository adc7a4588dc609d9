"""Backups, retention, erasure, and seals over the audit trail."""
