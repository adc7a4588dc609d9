"""The page of the audit log: what happened, who changed what, who viewed a lead."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from medspa import clock
from medspa.audit.actors import acting
from medspa.audit.downloads import record_download
from medspa.extension_points import audit_kinds
from medspa.models import AuditEvent, User
from medspa.roles import ADMINISTRATOR
from safekeeping.audit_page.changes import read_changes
from safekeeping.audit_page.log import TrailFilter
from tests.factories import AuditEventFactory, LeadFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/safekeeping/audit/"


@pytest.fixture
def admin(client: Client) -> User:
    admin: User = UserFactory(first_name="Ada", role=ADMINISTRATOR)
    client.force_login(admin)
    return admin


@pytest.fixture
def maria() -> Iterator[User]:
    maria = UserFactory(first_name="Maria")
    with acting(user=maria):
        yield maria


def read(client: Client, **asked: str) -> str:
    return client.get(PAGE, asked).content.decode()


def test_every_kind_has_its_words_in_the_filter(client: Client, admin: User) -> None:
    page = read(client)
    titles = [kind.title for kind in audit_kinds.items().values()]
    assert len(titles) == len({*titles})
    assert all(title in unescape(page) for title in ["Two-step sign-in reset", *titles])


def test_the_log_is_filtered_by_person_and_kind(
    client: Client, admin: User, maria: User
) -> None:
    record_download("KPIs", "csv")
    AuditEventFactory(name="Bea", kind="signed_out")
    assert "Maria downloaded KPIs as CSV" in read(client)
    assert "Bea signed out" in read(client)
    assert "Bea signed out" not in read(client, person=maria.pk)
    assert "Maria downloaded" in read(client, person=maria.pk, kind="downloaded")
    assert "Maria downloaded" not in read(client, kind="signed_out")


def test_the_log_is_filtered_by_days(client: Client, admin: User, maria: User) -> None:
    record_download("KPIs", "csv")
    tomorrow = f"{clock.now() + timedelta(days=2):%Y-%m-%d}"
    yesterday = f"{clock.now() - timedelta(days=2):%Y-%m-%d}"
    assert "Maria downloaded" in read(client, first=yesterday, last=tomorrow)
    assert "Maria downloaded" not in read(client, first=tomorrow)
    assert "Maria downloaded" not in read(client, last=yesterday)


def test_the_lead_page_leads_to_who_read_it(client: Client, admin: User) -> None:
    lead, other = LeadFactory(), LeadFactory()
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert f"{PAGE}?subject={lead.pk}" in page
    assert "Ada viewed a lead" in read(client, subject=lead.pk)
    assert "Ada viewed a lead" not in read(client, subject=other.pk)


def test_what_a_person_changed_in_all_tables(
    client: Client, admin: User, maria: User
) -> None:
    lead, tag = LeadFactory(first_name="Ana"), TagFactory(name="VIP")
    lead.first_name = "Anna"
    lead.save()
    with acting(user=admin):
        tag.name = "Very important"
        tag.save()
    page = read(client, show="changes", person=maria.pk)
    assert "Maria changed first name from Ana to Anna" in page
    assert f'href="/leads/{lead.pk}/"' in page
    assert "Maria created this" in page
    assert "Very important" not in page
    assert "Ada changed name from VIP to Very important" in read(client, show="changes")


def test_changes_go_on_where_a_page_ended(maria: User) -> None:
    TagFactory.create_batch(60)
    LeadFactory.create_batch(60)
    wanted, seen, after = TrailFilter(person=maria.pk), [], None
    while True:
        page = read_changes(wanted, after)
        seen += [one.entry.record.pk for one in page.changes if one.about == "Tag"]
        after = page.following
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 60


def test_a_page_looks_through_a_bounded_number_of_rows(maria: User) -> None:
    TagFactory()
    with acting("import"):
        TagFactory.create_batch(12)
    wanted = TrailFilter(person=maria.pk)
    first = read_changes(wanted, None, looked=5)
    assert (first.changes, first.looked) == ([], 5)
    second = read_changes(wanted, first.following, looked=5)
    last = read_changes(wanted, second.following, looked=5)
    assert [str(one.entry.record.who) for one in last.changes] == ["Maria"]


def test_a_page_costs_as_much_for_thirty_lines_as_for_two(
    client: Client, admin: User, maria: User
) -> None:
    def count(**asked: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE, asked).status_code == 200
        return len(captured)

    def add(number: int) -> None:
        for _ in range(number):
            AuditEventFactory(subject_type="medspa.user", subject_id=maria.pk)
            TagFactory()

    add(2)
    few = count(), count(show="changes")
    add(28)
    # The session; the person; the events; whom they are about; the people to choose.
    assert count() == few[0] == 5
    # Two for each table that has a line on the page, and names.
    assert count(show="changes") <= few[1]


def test_each_filter_has_its_index() -> None:
    """Whoever looks for one person or lead reads no other lines."""
    AuditEventFactory.create_batch(3)
    for column in ("person_id", "kind", "subject_id"):
        asked = AuditEvent.objects.filter(**{column: "x"}).order_by(
            "-occurred_at", "-id"
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE medspa_auditevent")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        plan: Any = asked[:50].explain()
        assert "Index Scan Backward using medspa_audit_by_" in plan
        assert f"Index Cond: ((({column})" in plan or f"({column})" in plan
