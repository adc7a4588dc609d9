"""A line of the audit log says who did what, from where, about which row."""

from collections.abc import Iterator

import pytest

from medspa.audit.actors import acting, from_address
from medspa.audit.events import (
    AuditKind,
    NoDetails,
    audit_kind,
    record_event,
    sentence_of,
)
from medspa.extension_points import audit_kinds
from medspa.json_columns import Schema
from medspa.models import AuditEvent, User
from tests.factories import TagFactory, UserFactory


class Doors(Schema):
    doors: int


OPENED = AuditKind("doors_opened", "Doors opened", "opened {doors:door|doors}", Doors)
WOKE_UP = AuditKind("woke_up", "Woke up", "woke up", NoDetails)


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    with (
        audit_kinds.extended(OPENED.name, OPENED),
        audit_kinds.extended(WOKE_UP.name, WOKE_UP),
    ):
        yield


@pytest.mark.django_db
def test_an_event_says_who_from_where_and_about_what() -> None:
    maria, tag = UserFactory(first_name="Maria"), TagFactory()
    with acting(user=maria), from_address("203.0.113.9"):
        made = record_event(OPENED, subject=tag, details=Doors(doors=2))
    event = AuditEvent.objects.get(pk=made.pk)
    assert (event.person_id, event.name, event.address) == (
        maria.pk,
        "Maria",
        "203.0.113.9",
    )
    assert (event.subject_type, event.subject_id) == ("leads.tag", tag.pk)
    assert event.occurred_at is not None
    assert sentence_of(event) == "Maria opened 2 doors"
    assert OPENED.sentence("Maria", {"doors": 1}) == "Maria opened 1 door"


@pytest.mark.django_db
def test_without_a_person_an_event_names_the_job() -> None:
    with acting("nightly job"), from_address(""):
        event = record_event(WOKE_UP)
    assert (event.person_id, event.name, event.address) == (None, "nightly job", None)


@pytest.mark.django_db
def test_an_event_keeps_the_person_who_is_removed() -> None:
    maria = UserFactory(first_name="Maria")
    pk = maria.pk
    event = record_event(WOKE_UP, by=maria)
    User.objects.filter(pk=pk).delete()
    event.refresh_from_db()
    assert (event.person_id, event.name) == (pk, "Maria")


@pytest.mark.django_db
def test_only_kinds_of_the_list_are_recorded() -> None:
    with pytest.raises(ValueError, match="not a kind"):
        record_event(AuditKind("danced", "Danced", "danced", NoDetails))
    with pytest.raises(ValueError, match="not its details"):
        record_event(OPENED)
    assert not AuditEvent.objects.exists()


def test_the_name_of_a_kind_is_taken_once() -> None:
    assert audit_kind("woke_up", "Woke up", "woke up") == WOKE_UP
    with pytest.raises(ValueError, match="there is such a kind"):
        audit_kind("woke_up", "Woke up", "got up")
    with pytest.raises(ValueError, match="small letters"):
        audit_kind("Woke up", "Woke up", "got up")


def test_an_event_of_another_version_is_still_a_sentence() -> None:
    newer = AuditEvent(name="Maria", kind="walls_painted")
    older = AuditEvent(name="Maria", kind="doors_opened", details={"gates": 2})
    assert sentence_of(newer) == "Maria: walls painted"
    assert sentence_of(older) == "Maria: doors opened"
