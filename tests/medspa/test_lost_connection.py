"""The database goes away while a row is validated."""

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction

from tests.committed import database_url
from tests.factories import LeadFactory, TaskFactory


def test_a_lost_connection_is_no_broken_rule(committed: None) -> None:
    """Nobody reads that a next step already exists because nothing was asked."""
    task = TaskFactory.build(lead=LeadFactory())
    with pytest.raises(OperationalError, match="lost"), transaction.atomic():
        with psycopg.connect(database_url(), autocommit=True) as other:
            pid = connection.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s)", [pid])
        task.validate_constraints()
    connection.close()
    connection.pool.check()
    task.validate_constraints()
    task.save()
    with pytest.raises(ValidationError, match="already exists"):
        TaskFactory.build(lead=task.lead, what=task.what).validate_constraints()
