"""The pages of job runs: whose it is, its progress, where its result is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from medspa.models import JobRun, RunState, User
from medspa.roles import ADMINISTRATOR, FRONT_DESK, MANAGER, PROVIDER
from tests.factories import JobRunFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def done(run: JobRun) -> None:
    run.state, run.finished_at = RunState.DONE, timezone.now()
    run.save()


@pytest.mark.parametrize(
    ("role", "status"),
    [(FRONT_DESK, 404), (PROVIDER, 404), (MANAGER, 200), (ADMINISTRATOR, 200)],
)
def test_other_peoples_work_is_seen_and_stopped_by_management(
    role: str, status: int, person: Callable[[str], User], client: Client
) -> None:
    run = JobRunFactory(made_by=UserFactory(), title="Tagging leads")
    client.force_login(person(role))
    assert client.get(f"/runs/{run.pk}/").status_code == status
    assert ("Tagging leads" in client.get("/runs/").text) == (status == 200)
    client.post(f"/runs/{run.pk}/cancel/")
    run.refresh_from_db()
    assert (run.state == RunState.CANCELED) == (status == 200)


def test_the_page_tells_how_far_the_work_is(front_desk: User, client: Client) -> None:
    client.force_login(front_desk)
    run = JobRunFactory(made_by=front_desk, done=2500, total=10_000)
    page = client.get(f"/runs/{run.pk}/").text
    assert "25% · 2,500 of 10,000" in page
    # The browser reads these numbers, not a person.
    assert 'value="2500" max="10000"' in page
    assert 'value="2500" max="10000"' in client.get("/runs/").text
    assert "Waiting: no worker is running." in page
    assert '<meta http-equiv="refresh"' in page
    assert "Cancel" in page


def test_a_page_that_asks_again_is_led_to_the_result(
    front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    run = JobRunFactory(made_by=front_desk, after="/leads/")
    part = client.get(f"/runs/{run.pk}/", headers=HTMX)
    assert "HX-Redirect" not in part
    assert "<html" not in part.text
    done(run)
    assert client.get(f"/runs/{run.pk}/", headers=HTMX)["HX-Redirect"] == "/leads/"
    page = client.get(f"/runs/{run.pk}/").text
    assert 'href="/leads/"' in page
    assert "http-equiv" not in page


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    run = JobRunFactory()
    for path in ("/runs/", f"/runs/{run.pk}/"):
        assert client.get(path).status_code == 302


def test_the_sidebar_leads_back_to_work_that_was_begun(
    front_desk: User, client: Client
) -> None:
    client.force_login(front_desk)
    link = 'href="/runs/"'
    assert link not in client.get("/leads/").text
    run = JobRunFactory(made_by=front_desk)
    client.logout()
    client.force_login(front_desk)
    assert link in client.get("/leads/").text
    JobRun.objects.filter(pk=run.pk).update(
        created_at=timezone.now() - timedelta(days=2)
    )
    assert link not in client.get("/leads/").text


def test_who_may_see_everybodys_work_always_finds_it(
    manager: User, client: Client
) -> None:
    client.force_login(manager)
    assert 'href="/runs/"' in client.get("/leads/").text


@pytest.mark.parametrize("count", [2, 30])
def test_the_list_asks_as_little_for_many(
    count: int,
    manager: User,
    client: Client,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    client.force_login(manager)
    for _ in range(count):
        done(JobRunFactory(made_by=manager))
    # Session, user, permissions of groups and user, runs.
    with django_assert_max_num_queries(5):
        client.get("/runs/")
