"""The planner's statistics during a first import."""

from django.db import connection

SMALL_TABLE_ROWS = 2_000
LEAD_COUNT_SQL = "SELECT reltuples FROM pg_class WHERE oid = 'leads_lead'::regclass"


def refresh_statistics() -> None:
    """Refresh the planner's statistics while there are only few leads.

    The triggers that keep totals plan once per connection. Planned on empty tables
    they compare every row with every other, until statistics arrive and the plan is
    made anew; autovacuum takes a minute, in which a first import would crawl.
    """
    with connection.cursor() as cursor:
        cursor.execute(LEAD_COUNT_SQL)
        [known_rows] = cursor.fetchone()
        if known_rows < SMALL_TABLE_ROWS:
            cursor.execute("ANALYZE leads_lead, leads_leadstage, leads_opportunity")
