"""Undo of an import, of a backfill or of what a connection sent in a period.

The before-values are the rows of the lead's history: `ItemOutcome` names those around
each change. So contact data stands in one place, encrypted, covered by key rotation,
retention and erasure; a copy would have to be covered again.
"""
