"""A dump is loaded, and an index built, with nothing in the search path.

What the database evaluates then has to name the schema of what it asks, also within
the functions that it calls.
"""

import pytest
from django.db import ProgrammingError, connection, transaction

# Of each check, default and expression of an index: its name, and a query with it.
EVALUATED = """
SELECT conname, format('SELECT FROM %s WHERE NOT (%s)', conrelid::regclass,
    pg_get_expr(conbin, conrelid))
FROM pg_constraint
WHERE contype = 'c' AND conrelid <> 0 AND connamespace = 'public'::regnamespace
UNION ALL
SELECT format('%s.%s', attrelid::regclass, attname),
    format('SELECT %s FROM %s', pg_get_expr(adbin, adrelid), adrelid::regclass)
FROM pg_attrdef
JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
JOIN pg_class ON pg_class.oid = adrelid
WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT indexrelid::regclass::text, format('SELECT %s FROM %s WHERE %s',
    coalesce(pg_get_expr(indexprs, indrelid), '1'), indrelid::regclass,
    coalesce(pg_get_expr(indpred, indrelid), 'true'))
FROM pg_index
JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = 'public'::regnamespace
"""


@pytest.mark.slow
@pytest.mark.django_db
def test_checks_defaults_and_indexes_name_the_schema_of_what_they_ask() -> None:
    wrong = []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = ''")
        cursor.execute(EVALUATED)
        found = cursor.fetchall()
        for name, query in found:
            try:
                with transaction.atomic():
                    cursor.execute(query)
            except ProgrammingError as error:
                wrong.append(f"{name}: {error}")
    assert len(found) > 500
    assert wrong == []
