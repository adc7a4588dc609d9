"""The sample clinic: invented people, plausible numbers, the same for the same seed.

This package writes every app's tables and therefore belongs to the roof, like
`medspa.urls`: no other code imports it, except the command `seed_demo`.
"""
