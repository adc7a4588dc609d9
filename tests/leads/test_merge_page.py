"""Merging and undoing it by pages, and what is refused."""

import html
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from leads.models import (
    Lead,
    LeadMerge,
)
from leads.services.merging import MergeChoice, MergeRefused, merge
from leads.services.unmerging import unmerge
from medspa.models import User
from tests import factories
from tests.leads.merge_pair import (
    everything,
    make_pair,
)
from tests.page_text import text_of

pytestmark = pytest.mark.django_db
CHOSEN = "/leads/merge/"


@pytest.fixture
def pair() -> tuple[Lead, Lead]:
    return make_pair()


def test_a_lead_is_not_merged_with_itself_nor_twice(pair: tuple[Lead, Lead]) -> None:
    ana, anna = pair
    with pytest.raises(MergeRefused, match="with itself"):
        merge(ana.pk, ana.pk, MergeChoice())
    merge(ana.pk, anna.pk, MergeChoice())
    with pytest.raises(MergeRefused, match="deleted or merged"):
        merge(ana.pk, anna.pk, MergeChoice())
    assert LeadMerge.objects.count() == 1


def test_a_merged_lead_is_not_restored_beside_its_survivor(
    pair: tuple[Lead, Lead],
) -> None:
    merge(pair[0].pk, pair[1].pk, MergeChoice())
    with pytest.raises(ValidationError, match="Undo merge instead"):
        Lead.all_objects.get(pk=pair[1].pk).restore()


def test_a_merge_is_undone_once_in_order_and_for_thirty_days(
    pair: tuple[Lead, Lead],
) -> None:
    ana, anna = pair
    third = factories.LeadFactory(admitted=True)
    before = everything()
    first = merge(ana.pk, anna.pk, MergeChoice())
    second = merge(third.pk, ana.pk, MergeChoice())
    with pytest.raises(MergeRefused, match="merged later"):
        unmerge(first.pk)
    unmerge(second.pk)
    unmerge(first.pk)
    assert everything() == before
    with pytest.raises(MergeRefused, match="already undone"):
        unmerge(first.pk)

    late = merge(ana.pk, anna.pk, MergeChoice())
    LeadMerge.objects.filter(pk=late.pk).update(
        merged_at=timezone.now() - timedelta(days=30, seconds=1)
    )
    with pytest.raises(MergeRefused, match="30 days"):
        unmerge(late.pk)


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return text_of(answer)


def test_a_manager_sees_both_sides_merges_and_undoes(
    pair: tuple[Lead, Lead], manager: User, client: Client
) -> None:
    ana, anna = pair
    before = everything()
    client.force_login(manager)
    address = f"/leads/{ana.pk}/merge/{anna.pk}/"
    page = page_of(client, address)
    for words in ("ana@example.com", "(212) 555-0199", "$2,500", "3"):
        assert words in page
    # Duplicates mostly share their name: the day on which they came tells them apart.
    assert re.search(r"</strong>, created .+, is kept\.", page)
    # What only the other has is taken unless somebody says no.
    assert 'name="phone" value="other" checked' in page
    assert 'name="email" value="own" checked' in page

    client.post(address, {"email": "other", "stage": "other"})
    assert Lead.objects.get(pk=ana.pk).email == "anna@example.com"
    merged = page_of(client, f"/leads/{anna.pk}/")
    assert f'was merged into <a class="text-link" href="/leads/{ana.pk}/">' in merged
    row = LeadMerge.objects.get()
    client.post(f"/leads/{ana.pk}/undo/", {"source": "merge", "row": row.pk})
    assert everything() == before
    row.refresh_from_db()
    assert (row.merged_by, row.undone_by) == (manager, manager)


def test_the_front_desk_neither_merges_nor_undoes(
    pair: tuple[Lead, Lead], front_desk: User, client: Client
) -> None:
    ana, anna = pair
    client.force_login(front_desk)
    address = f"/leads/{ana.pk}/merge/{anna.pk}/"
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403
    row = merge(ana.pk, anna.pk, MergeChoice())
    client.post(f"/leads/{ana.pk}/undo/", {"source": "merge", "row": row.pk})
    row.refresh_from_db()
    assert row.undone_at is None


@pytest.mark.parametrize("which", ["itself", "gone", "nonsense"])
def test_there_is_no_page_to_merge_with_nobody(
    which: str, pair: tuple[Lead, Lead], manager: User, client: Client
) -> None:
    ana, anna = pair
    if which == "gone":
        anna.delete()
    other = {"itself": ana.pk, "gone": anna.pk, "nonsense": "x"}[which]
    client.force_login(manager)
    assert client.get(f"/leads/{ana.pk}/merge/{other}/").status_code == 404


def test_two_leads_of_the_list_lead_to_their_merge_and_the_older_is_kept(
    manager: User, client: Client
) -> None:
    client.force_login(manager)
    older, newer = (
        factories.LeadFactory(created_at=timezone.now() - timedelta(days=days))
        for days in (3, 2)
    )
    chosen = {"leads": f"{newer.pk} {older.pk}"}
    answer = client.post(CHOSEN, chosen)
    assert answer["Location"] == f"/leads/{older.pk}/merge/{newer.pk}/?back=list"
    assert client.post(CHOSEN, {"all": "yes"})["Location"] == answer["Location"]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_leads_is_not_merged(
    count: int, manager: User, client: Client
) -> None:
    client.force_login(manager)
    leads = factories.LeadFactory.create_batch(3, source="google")
    ids = [lead.pk for lead in leads[:count]]
    answer = client.post(f"{CHOSEN}?source=google", {"lead": ids}, follow=True)
    assert answer.request["QUERY_STRING"] == "source=google"
    assert "Select exactly two leads to merge." in answer.content.decode()


@pytest.mark.parametrize("how", ["deleted", "merged"])
def test_of_two_selected_leads_one_that_is_gone_is_said(
    how: str, pair: tuple[Lead, Lead], manager: User, client: Client
) -> None:
    ana, anna = pair
    if how == "merged":
        talia = factories.LeadFactory(first_name="Talia")
        merge(talia.pk, anna.pk, MergeChoice())
    else:
        anna.delete()
    client.force_login(manager)

    def told(*leads: Lead) -> str:
        chosen = {"leads": " ".join(lead.pk for lead in leads)}
        return text_of(client.post(CHOSEN, chosen, follow=True))

    became = "was merged into Talia" if how == "merged" else "was deleted"
    gone = f"One of the leads {became} since you selected it. Nothing was done."
    assert gone in told(ana, anna)
    assert "Select exactly two leads" in told(ana)
    ana.delete()
    assert "Both leads are gone. One was" in told(ana, anna)


def links(page: str) -> dict[str, str]:
    """Addresses by what the link says."""
    found = re.findall(r'<a class="[^"]+" href="([^"]+)">([^<]+)</a>', page)
    return {words.strip(): html.unescape(address) for address, words in found}


def test_cancel_leads_back_to_where_one_came_from(
    pair: tuple[Lead, Lead], manager: User, client: Client
) -> None:
    ana, anna = pair
    client.force_login(manager)
    chosen = {"leads": f"{ana.pk} {anna.pk}"}
    answer = client.post(f"{CHOSEN}?source=google", chosen, follow=True)
    from_list = links(text_of(answer))
    assert from_list["Cancel"] == "/leads/?source=google"
    swapped = page_of(client, from_list["Keep the other lead instead"])
    assert links(swapped)["Cancel"] == "/leads/?source=google"
    from_lead = links(page_of(client, f"/leads/{ana.pk}/merge/{anna.pk}/?queue=1"))
    assert from_lead["Cancel"] == f"/leads/{ana.pk}/?queue=1"
    swapped = page_of(client, from_lead["Keep the other lead instead"])
    assert links(swapped)["Cancel"] == f"/leads/{ana.pk}/?queue=1"


@pytest.mark.parametrize(
    ("other", "is_told"),
    [
        ({}, True),
        ({"first_name": "ana"}, False),
        ({"email": "Ana@example.com"}, False),
        ({"phone": "+12125550101"}, False),
        ({"email": ""}, False),
    ],
)
def test_two_different_people_are_said_to_be_so(
    other: dict[str, str], is_told: bool, manager: User, client: Client
) -> None:
    ana = factories.LeadFactory(
        first_name="Ana", email="ana@example.com", phone="+12125550101"
    )
    bea = {"first_name": "Bea", "email": "bea@example.com", "phone": "+12125550102"}
    two = factories.LeadFactory(**bea | other)
    client.force_login(manager)
    address = f"/leads/{ana.pk}/merge/{two.pk}/"
    words = "look like two different people: name, email and phone all differ."
    assert (words in page_of(client, address)) == is_told
    # A further phone of both is one that they share.
    factories.ContactPointFactory(lead=ana, email="", phone="+12125550102")
    assert words not in page_of(client, address)


def test_the_front_desk_is_offered_no_merge(front_desk: User, client: Client) -> None:
    client.force_login(front_desk)
    factories.LeadFactory.create_batch(2, admitted=True)
    assert CHOSEN not in client.get("/leads/").content.decode()
    assert client.post(CHOSEN).status_code == 403
