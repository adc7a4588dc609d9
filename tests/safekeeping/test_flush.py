"""Emptying the database switches the guards of history off for its own transaction."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from tests.factories import LeadFactory
from tests.locks import proves

GUARDS_OFF = """
    SELECT count(*) FROM pg_trigger
    WHERE tgname LIKE '%is_never_emptied' AND tgenabled = 'D'
"""
# Refuses to be emptied, as the last of all does.
REFUSED = """
    CREATE FUNCTION refused_here() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'Not now.'; END $$;
    CREATE TRIGGER zz_refused BEFORE TRUNCATE ON leads_tag
        FOR EACH STATEMENT EXECUTE FUNCTION refused_here();
"""
ALLOWED = "DROP FUNCTION refused_here CASCADE"


@pytest.mark.django_db(transaction=True)
@proves("medspa.management.commands.flush.Command.handle atomic")
def test_a_flush_that_fails_leaves_the_guards_of_history_on() -> None:
    LeadFactory()
    with connection.cursor() as cursor:
        cursor.execute(REFUSED)
        try:
            with pytest.raises(CommandError):
                call_command("flush", interactive=False, verbosity=0)
            cursor.execute(GUARDS_OFF)
            assert cursor.fetchone() == (0,)
        finally:
            cursor.execute(ALLOWED)
