"""Backups of the database: making, copying, keeping, restoring and proving them.

A destination holds `backups/<label>/` with compressed, encrypted files and a signed
`manifest.json`, and `wal/<server>/` with the write-ahead log, one object a segment.
"""
