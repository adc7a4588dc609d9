"""Only the owner changes tables; the site's own role can't (docs/audit.md)."""

from django.core.management.base import CommandError
from django.db import connection

# From the catalog, which has no models, in 0.2 ms.
ANOTHER_OWNER = """
SELECT relowner::regrole::text FROM pg_class
WHERE relname = 'django_migrations' AND relnamespace = 'public'::regnamespace
    AND NOT pg_has_role(relowner, 'USAGE')
"""


def refuse_unless_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ANOTHER_OWNER)
        owner = cursor.fetchone()
    if owner:
        raise CommandError(
            f"The tables belong to {owner[0]}, which alone can change them. Set "
            "DATABASE_OWNER_URL for this command: docs/audit.md, Two roles."
        )
