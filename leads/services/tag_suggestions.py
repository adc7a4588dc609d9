"""Tags that imports suggest: counted, then accepted or dismissed by a manager."""

from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from leads.models import Tag, TagSuggestion
from medspa.ids import new_id

# The ORM's upsert can't add to what is there. 20 names take 2 ms.
COUNT = """
    INSERT INTO leads_tagsuggestion (id, name, row_count, created_at)
    VALUES (%s, %s, %s, clock_timestamp())
    ON CONFLICT (lower(name))
    DO UPDATE SET row_count = leads_tagsuggestion.row_count + excluded.row_count
"""


def suggest_tags(rows_by_name: Mapping[str, int]) -> None:
    """Count rows of an import whose tags the clinic doesn't have."""
    found = [(new_id(), name, rows) for name, rows in sorted(rows_by_name.items())]
    if found:
        with connection.cursor() as cursor:
            cursor.executemany(COUNT, found)


@transaction.atomic
def accept_suggestions(suggestions: Iterable[TagSuggestion]) -> list[str]:
    """Add the tags that the clinic doesn't have by now; the names of those added."""
    added = []
    for suggestion in suggestions:
        if not Tag.objects.filter(name__iexact=suggestion.name).exists():
            Tag.objects.create(name=suggestion.name)
            added.append(suggestion.name)
        suggestion.delete()
    return added
