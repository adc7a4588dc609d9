"""The sample clinic: a simulation of invented people, repeatable by its seed.

This package writes the tables of every app, so it stands above them all, like
`medspa.urls`: nothing imports it except the command `seed_demo`.
"""
