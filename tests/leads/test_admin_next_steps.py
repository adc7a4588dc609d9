"""The admin's list of next steps, which has done ones, too."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.plans import queries_of
from medspa.models import User
from tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:leads_task_changelist")


@pytest.mark.parametrize("order", ["", "-2"])
def test_one_page_is_read_in_the_order_of_an_index(
    order: str, client: Client, manager: User
) -> None:
    TaskFactory()
    client.force_login(manager)
    asked = queries_of(lambda: client.get(LIST, {"o": order} if order else {}))
    ((sql, params),) = [row for row in asked if 'ORDER BY "leads_task"' in row[0]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "using leads_task_all_due" in plan
    assert "Sort" not in plan
