"""Several people working the queue: nobody is sent to a lead that another works."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from leads.models import Lead, QueueClaim
from leads.today.work_queue import (
    CLAIMED_FOR,
    NOT_AGAIN_FOR,
    note_outcome,
    release,
    take_next,
)
from medspa.models import User
from medspa.roles import MANAGER
from tests import factories
from tests.leads.test_merging_at_once import at_once

NOW = timezone.now()


def waiting(count: int) -> list[str]:
    """Ids of unanswered leads, in the order of the queue."""
    stage = factories.StageFactory(target_days=None)
    leads = [
        factories.LeadFactory(stage=stage, created_at=NOW - timedelta(minutes=number))
        for number in range(1, count + 1)
    ]
    return [lead.pk for lead in leads]


@pytest.fixture
def maria(person: Callable[[str], User]) -> User:
    user = person(MANAGER)
    user.first_name = "Maria"
    user.save()
    return user


@pytest.mark.django_db
class TestTwoPeople:
    def test_the_second_is_sent_to_the_second_lead(
        self, front_desk: User, maria: User
    ) -> None:
        first, second = waiting(2)
        assert take_next(NOW, front_desk, ()) == first
        assert take_next(NOW, maria, ()) == second
        assert take_next(NOW, factories.UserFactory(), ()) == ""

    def test_coming_back_brings_ones_own_lead_again(self, front_desk: User) -> None:
        first, _ = waiting(2)
        assert take_next(NOW, front_desk, ()) == first
        assert take_next(NOW, front_desk, ()) == first
        assert QueueClaim.objects.count() == 1

    def test_whoever_skips_leaves_the_lead_to_others(
        self, front_desk: User, maria: User
    ) -> None:
        first, second = waiting(2)
        take_next(NOW, front_desk, ())
        assert take_next(NOW, front_desk, [first]) == second
        assert take_next(NOW, maria, ()) == first

    def test_whoever_is_gone_loses_it_and_whoever_stops_gives_it(
        self, front_desk: User, maria: User
    ) -> None:
        (first,) = waiting(1)
        take_next(NOW, front_desk, ())
        assert take_next(NOW + CLAIMED_FOR, maria, ()) == ""
        release(NOW, front_desk)
        assert take_next(NOW, maria, ()) == first
        later = NOW + CLAIMED_FOR + timedelta(seconds=1)
        assert take_next(later, front_desk, ()) == first

    def test_a_lead_that_was_worked_rests_though_it_is_still_listed(
        self, front_desk: User, maria: User
    ) -> None:
        (first,) = waiting(1)
        take_next(NOW, front_desk, ())
        note_outcome(NOW, front_desk, first)
        assert take_next(NOW + CLAIMED_FOR * 2, maria, ()) == ""
        after = NOW + NOT_AGAIN_FOR + timedelta(seconds=1)
        assert take_next(after, maria, ()) == first

    def test_an_outcome_noted_for_anothers_lead_takes_nothing_away(
        self, front_desk: User, maria: User
    ) -> None:
        (first,) = waiting(1)
        take_next(NOW, front_desk, ())
        note_outcome(NOW, maria, first)
        assert QueueClaim.objects.get().person == front_desk

    def test_the_page_says_who_is_on_it(
        self, front_desk: User, maria: User, client: Client
    ) -> None:
        (first,) = waiting(1)
        take_next(timezone.now(), maria, ())
        client.force_login(front_desk)
        assert "Maria is on it" in client.get("/leads/today/").content.decode()
        note_outcome(timezone.now(), maria, first)
        assert "is on it" not in client.get("/leads/today/").content.decode()

    def test_stopping_leads_back_to_the_list(
        self, front_desk: User, client: Client
    ) -> None:
        (first,) = waiting(1)
        client.force_login(front_desk)
        page = client.get("/leads/today/next/", follow=True)
        assert page.request["PATH_INFO"] == f"/leads/{first}/"
        assert 'href="/leads/today/stop/"' in page.content.decode()
        stopped = client.get("/leads/today/stop/")
        assert stopped["Location"] == "/leads/today/"
        assert not QueueClaim.objects.exists()

    def test_working_on_past_a_section_brings_the_rest_of_it(
        self, front_desk: User
    ) -> None:
        """More than a page of one section fits in nobody's list at once."""
        leads = waiting(30)
        worked: list[str] = []
        while lead := take_next(NOW, front_desk, worked):
            worked.append(lead)
        assert sorted(worked) == sorted(leads)


@pytest.mark.usefixtures("committed")
def test_people_who_ask_at_the_same_moment_get_leads_of_their_own() -> None:
    people = [factories.UserFactory() for _ in range(5)]
    ids = waiting(4)

    def ask(person: User) -> Callable[[], object]:
        moment: datetime = NOW
        return lambda: take_next(moment, person, ())

    sent = at_once(*map(ask, people))
    assert sorted(map(str, sent)) == ["", *sorted(ids)]
    assert QueueClaim.objects.count() == 4
    assert Lead.objects.count() == 4
    User.objects.filter(pk__in=[person.pk for person in people]).delete()
