"""Sign-ins, failures, rights, passwords, downloads and reads leave a line."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from leads.lead_list.export import export
from leads.models import Lead
from medspa.audit.actors import acting, from_address
from medspa.audit.events import sentence_of
from medspa.models import AuditEvent, User
from medspa.roles import FRONT_DESK, MANAGER
from tests.factories import LeadFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 42 staple"


@pytest.fixture
def maria() -> User:
    maria: User = UserFactory(username="maria", first_name="Maria", role=MANAGER)
    maria.set_password(PASSWORD)
    maria.save()
    return maria


def kinds(*names: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(kind__in=names).order_by("occurred_at", "id"))


def sign_in(client: Client, name: str, password: str) -> int:
    entered = {"username": name, "password": password}
    address = {"REMOTE_ADDR": "203.0.113.9"}
    return client.post(reverse("admin:login"), entered, **address).status_code


def test_signing_in_and_out(client: Client, maria: User) -> None:
    sign_in(client, "maria", PASSWORD)
    client.post(reverse("admin:logout"))
    came, went = kinds("signed_in", "signed_out")
    assert (came.person_id, came.address) == (maria.pk, "203.0.113.9")
    assert (went.person_id, went.subject_id) == (maria.pk, maria.pk)


def test_a_failed_sign_in_names_the_person_it_meant(
    client: Client, maria: User
) -> None:
    sign_in(client, "MARIA", "wrong")
    (event,) = kinds("sign_in_failed")
    assert (event.person_id, event.subject_id) == (None, maria.pk)
    assert sentence_of(event) == "Someone not signed in failed to sign in"


def test_of_an_unknown_name_nothing_is_kept(client: Client, maria: User) -> None:
    sign_in(client, PASSWORD, PASSWORD)
    (event,) = kinds("sign_in_failed")
    assert (event.subject_id, event.details) == ("", {})
    assert PASSWORD not in str(AuditEvent.objects.filter(pk=event.pk).values())


def test_a_lockout(client: Client, maria: User) -> None:
    answers = [sign_in(client, "maria", "wrong") for _ in range(6)]
    assert answers[-1] == 429
    assert {event.subject_id for event in kinds("locked_out")} == {maria.pk}


def test_roles_and_permissions_of_a_person(maria: User) -> None:
    desk = Group.objects.get(name=FRONT_DESK)
    view = Permission.objects.get(codename="view_campaign")
    with acting(user=maria):
        maria.groups.add(desk)
        maria.groups.set([desk])
        maria.user_permissions.add(view)
        maria.user_permissions.clear()
    said = [
        sentence_of(event)
        for event in kinds("rights_given", "rights_taken")
        if event.person_id
    ]
    assert said == [
        "Maria gave roles: Front desk",
        "Maria took roles: Manager",
        "Maria gave permissions: Can view campaign",
        "Maria took permissions: Can view campaign",
    ]


def test_permissions_of_a_role(maria: User) -> None:
    role = Group.objects.create(name="Intern")
    view = Permission.objects.get(codename="view_campaign")
    with acting(user=maria):
        role.permissions.set([view])
    said = [sentence_of(event) for event in kinds("rights_given") if event.person_id]
    assert said == ["Maria gave permissions of Intern: Can view campaign"]


def test_a_new_password(maria: User) -> None:
    maria.set_password("another horse 43")
    maria.save_password()
    (event,) = kinds("password_changed")
    assert (event.person_id, event.details) == (maria.pk, {})


@pytest.mark.parametrize(("taken", "how"), [(None, "complete"), (1, "cut off")])
def test_an_export_that_ended_and_one_that_was_cut_off(
    maria: User, taken: int | None, how: str
) -> None:
    LeadFactory.create_batch(3)
    with from_address("203.0.113.9"):
        sent: Any = export(Lead.objects.all(), maria, "source")
    for _ in range(taken or 100):
        next(sent, b"")
    sent.close()
    began, ended = kinds("downloaded", "download_ended")
    assert sentence_of(began) == "Maria downloaded leads as CSV"
    assert (ended.person_id, ended.address) == (maria.pk, "203.0.113.9")
    rows = "3 rows" if how == "complete" else "0 rows"
    assert sentence_of(ended) == f"Maria got {rows} of a download: {how}"


def test_reading_a_lead_is_noted_once_a_day(
    client: Client,
    maria: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    lead = LeadFactory()
    client.force_login(maria)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.get(reverse("lead", args=[lead.pk])).status_code == 200
    (event,) = kinds("lead_read")
    assert (event.person_id, event.subject_id) == (maria.pk, lead.pk)
