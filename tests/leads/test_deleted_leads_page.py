"""The page of deleted leads: who deleted whom and when, and one click restores."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.deleted_leads.restoring import AlreadyRestored, restore
from leads.models import Lead, lead_queries
from leads.search import SEARCH_TAKES
from leads.services import merging
from medspa.audit.actors import acting
from medspa.models import User
from medspa.postgres import keyset_page
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/leads/deleted/"
NOW = timezone.now()


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def deleted(name: str, days: int = 0, by: User | None = None, **more: str) -> Lead:
    lead = factories.LeadFactory(first_name=name, admitted=True, **more)
    lead.deleted_at = NOW - timedelta(days=days)
    with acting("test", user=by):
        lead.save(update_fields=["deleted_at"])
    return lead


def listed(office: Client, **asked: str) -> list[str]:
    answer = office.get(PAGE, asked)
    assert answer.status_code == 200
    days = answer.context["page"].days
    return [row.lead.first_name for day in days for row in day.leads]


def told(answer: object) -> str:
    *_, last = get_messages(answer.wsgi_request)  # type: ignore[attr-defined]
    return str(last)


def test_deleted_leads_stand_by_day_with_who_deleted_them(
    office: Client, manager: User, front_desk: User
) -> None:
    deleted("Ana", days=3, by=front_desk)
    deleted("Bea", by=manager)
    deleted("Cleo", days=3, by=manager)
    factories.LeadFactory(first_name="Dora")
    days = office.get(PAGE).context["page"].days
    rows = [{(row.lead.first_name, row.actor) for row in day.leads} for day in days]
    assert rows == [
        {("Bea", str(manager))},
        {("Ana", str(front_desk)), ("Cleo", str(manager))},
    ]
    assert days[0].day - days[1].day == timedelta(days=3)


def test_a_search_finds_by_name_phone_email_and_day(office: Client) -> None:
    deleted("Zoë", days=5, phone="+12125550177", email="zoe@example.com")
    deleted("Bea", days=1)
    for typed in ("zo", "(212) 555-0177", "0177", "ZOE@example.com"):
        assert listed(office, q=typed) == ["Zoë"], typed
    assert listed(office, q="nobody") == []
    for query, is_told in (("?q=nobody", True), ("?to=2020-01-01", False)):
        page = office.get(f"/leads/deleted/{query}").content.decode()
        assert (SEARCH_TAKES in page) == is_told
    day = f"{timezone.localdate() - timedelta(days=3)}"
    assert listed(office, to=day) == ["Zoë"]
    assert listed(office, to="soon") == ["Bea", "Zoë"]


def test_a_contact_is_found_however_many_others_end_alike(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither how many leads share the digits nor how many were deleted cuts."""
    number = "+12125550177"
    factories.LeadFactory.create_batch(3, phone="+13125550177")
    deleted("Zoë", days=9, phone=number, email="zoe@example.com")
    deleted("Bea", days=1)
    monkeypatch.setattr(keyset_page, "LOOKED_ROWS", 1)
    monkeypatch.setattr(lead_queries, "SUFFIXES_READ", 2)
    for typed in (number, "0177", "125550177", "zoe@example.com"):
        assert listed(office, q=typed) == ["Zoë"], typed


def test_one_click_restores_and_undo_deletes_again(office: Client) -> None:
    lead = deleted("Ana")
    answer = office.post(f"/leads/{lead.pk}/restore/?back=deleted&q=an")
    assert answer["Location"] == f"{PAGE}?q=an"
    assert Lead.objects.get() == lead
    html = office.get(PAGE).text
    assert "Ana restored." in html
    data = {"source": "restored", "row": lead.pk}
    assert f'name="row" value="{lead.pk}">Undo' in html
    answer = office.post(f"/leads/{lead.pk}/undo/?back=deleted&q=an", data)
    assert answer["Location"] == f"{PAGE}?q=an"
    assert told(answer) == "Ana deleted again."
    assert not Lead.objects.exists()
    assert listed(office) == ["Ana"]


def test_what_was_changed_since_is_not_deleted_again(office: Client) -> None:
    lead = deleted("Ana")
    office.post(f"/leads/{lead.pk}/restore/?back=deleted")
    lead = Lead.objects.get()
    lead.source = "phone"
    lead.save()
    data = {"source": "restored", "row": lead.pk}
    answer = office.post(f"/leads/{lead.pk}/undo/?back=deleted", data)
    assert told(answer) == "Ana was changed since. Delete it on its page."
    assert Lead.objects.exists()


def test_who_restores_second_is_told_who_was_faster(
    office: Client, manager: User, administrator: User
) -> None:
    lead = deleted("Ana")
    with acting("test", user=administrator):
        restore(lead.pk)
    answer = office.post(f"/leads/{lead.pk}/restore/?back=deleted")
    assert told(answer) == f"{administrator} restored Ana just now."
    assert lead.history.filter(deleted_at__isnull=True).count() == 2


def test_a_lead_that_was_never_deleted_is_not_restored() -> None:
    lead = factories.LeadFactory(first_name="Ana")
    with pytest.raises(AlreadyRestored, match="Ana isn't deleted"):
        restore(lead.pk)


def test_merged_leads_stand_apart_with_their_survivor_and_can_be_unmerged(
    office: Client,
) -> None:
    survivor, merged = (
        factories.LeadFactory(first_name=name, admitted=True) for name in ("Ana", "Bea")
    )
    row = merging.merge(survivor.pk, merged.pk, merging.MergeChoice())
    deleted("Cleo")
    assert listed(office) == ["Cleo"]
    assert listed(office, merged="yes") == ["Bea"]
    assert listed(office, merged="yes", q="be") == ["Bea"]
    assert listed(office, merged="yes", q=merged.phone) == ["Bea"]
    assert listed(office, merged="yes", q="an") == []
    html = office.get(PAGE, {"merged": "yes"}).text
    assert f'href="/leads/{survivor.pk}/"' in html
    data = {"source": "merge", "row": row.pk}
    answer = office.post(f"/leads/{survivor.pk}/undo/?back=deleted&merged=yes", data)
    assert answer["Location"] == f"{PAGE}?merged=yes"
    assert listed(office, merged="yes") == []
    assert Lead.objects.count() == 2


def test_a_merge_older_than_thirty_days_offers_no_undo(office: Client) -> None:
    row = factories.LeadMergeFactory(merged_at=NOW - timedelta(days=31))
    row.merged.delete()
    assert "Undo merge" not in office.get(PAGE, {"merged": "yes"}).text


def test_pages_follow_each_other(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset_page, "KEYSET_PAGE_SIZE", 2)
    for number in range(5):
        deleted("Ana", days=number)
    pages, after = [], ""
    while True:
        page = office.get(PAGE, {"after": after}).context["page"]
        pages.append(sum(len(day.leads) for day in page.days))
        if not page.following:
            break
        after = str(page.following)
    assert pages == [2, 2, 1]


@pytest.mark.parametrize("rows", [2, 30])
def test_the_page_costs_the_same_with_more_rows(rows: int, office: Client) -> None:
    for _ in range(rows):
        deleted("Ana")
    # The session; the person; where the scan ends; the leads; who deleted them.
    with CaptureQueriesContext(connection) as captured:
        assert len(listed(office, q="an")) == rows
    assert len(captured) == 5


def test_the_front_desk_has_no_such_page(
    client: Client, person: Callable[[str], User]
) -> None:
    lead = deleted("Ana")
    client.force_login(person("Front desk"))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"/leads/{lead.pk}/restore/?back=deleted").status_code == 403
    assert PAGE not in client.get("/leads/").text
