"""The page of exports: who, when, how many leads, by which filters."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from medspa.models import User
from medspa.postgres import keyset_page
from tests.factories import ExportLogFactory, LeadFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/leads/exports/"


@pytest.fixture
def admin(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def rows_of(client: Client, **asked: str) -> list[Any]:
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    return answer.context["page"].rows


def test_an_export_is_listed_with_its_filters_in_words(
    admin: Client, administrator: User
) -> None:
    LeadFactory(first_name="Ana", source="google", admitted=True)
    exported = admin.get("/leads/export/?source=google&q=an")
    assert b"Ana" in b"".join(exported.streaming_content)
    (row,) = rows_of(admin)
    assert row.person == administrator
    assert (row.log.row_count, row.log.is_complete) == (1, True)
    assert row.filters == "Filtered by search, source"
    html = admin.get(PAGE).text
    assert f"/admin/medspa/user/{administrator.pk}/change/" in html
    assert "Complete" in html


def test_what_was_broken_off_or_unreadable_is_said(admin: Client) -> None:
    ExportLogFactory(row_count=1_200, unreadable_count=2)
    html = " ".join(admin.get(PAGE).text.split())
    assert "1,200" in html
    assert "All leads" in html
    assert "Not completed" in html
    assert "2 values couldn't be read" in html
    assert "A former user" in html


def test_an_export_of_one_lead_is_named_in_the_singular(db: None) -> None:
    assert str(ExportLogFactory(row_count=1)) == "1 lead by a former user"
    assert str(ExportLogFactory(row_count=1_200)) == "1,200 leads by a former user"


def test_exports_stand_latest_first_and_by_person(admin: Client) -> None:
    ana, bea = (UserFactory(first_name=name) for name in ("Ana", "Bea"))
    now = timezone.now()
    ExportLogFactory(exported_by=ana, created_at=now - timedelta(days=1))
    ExportLogFactory(exported_by=bea, created_at=now)
    assert [row.person for row in rows_of(admin)] == [bea, ana]
    assert [row.person for row in rows_of(admin, person=ana.pk)] == [ana]
    assert len(rows_of(admin, person="nobody")) == 2


def test_pages_follow_each_other(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset_page, "KEYSET_PAGE_SIZE", 2)
    ExportLogFactory.create_batch(3)
    page = admin.get(PAGE).context["page"]
    assert len(page.rows) == 2
    assert len(rows_of(admin, after=str(page.following))) == 1


@pytest.mark.parametrize("rows", [2, 30])
def test_the_page_costs_the_same_with_more_rows(rows: int, admin: Client) -> None:
    for _ in range(rows):
        ExportLogFactory(exported_by=UserFactory())
    # The session; the person; the people of the filter; the exports.
    with CaptureQueriesContext(connection) as captured:
        assert len(rows_of(admin)) == rows
    assert len(captured) == 4


@pytest.mark.parametrize("role", ["Front desk", "Manager", "Provider"])
def test_only_administrators_see_exports(
    role: str, client: Client, person: Any
) -> None:
    client.force_login(person(role))
    assert client.get(PAGE).status_code == 403
