"""Constraints that PostgreSQL checks only when a transaction ends."""

from django.db import connection


def check_constraints() -> None:
    """Check them now, as Django does, by one statement instead of two."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
