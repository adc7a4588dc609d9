"""Signed proofs of what was removed and erased."""
