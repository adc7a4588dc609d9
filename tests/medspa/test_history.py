"""The audit trail: who changed what, when and why, whatever they changed it with."""

import threading

import pytest
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from leads.models import Lead, Tag
from medspa.accounts.sessions import SessionStore
from medspa.audit.actors import acting, current_actor
from medspa.audit.middleware import request_actor
from medspa.models import User
from tests.factories import LeadFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db


def latest(row: object) -> object:
    return row.history.first()


def test_each_save_leaves_a_row_with_what_changed_and_when() -> None:
    before = timezone.now()
    lead = LeadFactory(first_name="Ana", email="ana@example.com")
    lead.first_name, lead.email = "Bea", "bea@example.com"
    lead.save()
    newer, older = lead.history.all()
    assert (older.history_type, newer.history_type) == ("+", "~")
    assert before <= older.history_date <= newer.history_date <= timezone.now()
    changes = {
        change.field: (change.old, change.new)
        for change in newer.diff_against(older, excluded_fields=["updated_at"]).changes
    }
    assert changes == {
        "first_name": ("Ana", "Bea"),
        "email": ("ana@example.com", "bea@example.com"),
    }


def test_deleting_and_restoring_are_in_the_trail() -> None:
    lead = LeadFactory()
    lead.delete()
    lead.restore()
    marks = [row.deleted_at is not None for row in lead.history.order_by("history_id")]
    assert marks == [False, True, False]


def test_a_past_value_can_be_put_back() -> None:
    lead = LeadFactory(first_name="Ana", email="ana@example.com")
    lead.email = ""
    lead.save()
    lead.email = lead.history.earliest().email
    lead.save()
    assert Lead.objects.with_email("ANA@example.com").get() == lead


def test_a_shell_or_command_names_itself_and_its_account() -> None:
    row = latest(TagFactory())
    assert row.history_user is None
    assert row.history_actor == current_actor().name
    assert "(" in row.history_actor


def test_a_job_or_import_names_itself_and_its_reason() -> None:
    with acting("Import of may.csv", reason="First import"):
        row = latest(TagFactory())
    assert (row.history_user, row.history_actor) == (None, "Import of may.csv")
    assert row.history_change_reason == "First import"


def test_a_person_acts_by_name() -> None:
    ana = UserFactory(first_name="Ana")
    with acting(user=ana):
        row = latest(TagFactory())
    assert (row.history_user, row.history_actor) == (ana, "Ana")


def test_a_reason_alone_keeps_who_acts() -> None:
    ana = UserFactory(first_name="Ana")
    with acting(user=ana), acting(reason="Duplicate"):
        row = latest(TagFactory())
    assert (row.history_user, row.history_actor) == (ana, "Ana")
    assert row.history_change_reason == "Duplicate"


def test_who_acted_before_acts_again_afterwards_even_after_an_error() -> None:
    before = current_actor()
    with pytest.raises(RuntimeError), acting("Import"):
        raise RuntimeError
    assert current_actor() == before


def test_threads_do_not_act_for_each_other() -> None:
    seen = []
    with acting("Import"):
        other = threading.Thread(target=lambda: seen.append(current_actor().name))
        other.start()
        other.join()
        assert current_actor().name == "Import"
    assert seen == [current_actor().name]


def test_long_names_and_reasons_are_cut_and_not_refused() -> None:
    with acting("Import of " + "a" * 300, reason="b" * 300):
        row = latest(TagFactory())
    assert len(row.history_actor) == 150
    assert row.history_change_reason == "b" * 100


def test_bulk_writes_with_history_name_the_actor_too() -> None:
    ana = UserFactory(first_name="Ana")
    tags = [TagFactory.build() for _ in range(2)]
    with acting(user=ana, reason="Spring list"):
        bulk_create_with_history(tags, Tag)
        for tag in tags:
            tag.color = "#000000"
        bulk_update_with_history(tags, Tag, ["color"])
    rows = [row for tag in tags for row in tag.history.all()]
    assert len(rows) == 4
    assert {row.history_user for row in rows} == {ana}
    assert {row.history_actor for row in rows} == {"Ana"}


def test_a_request_acts_for_its_user(client: Client, administrator: User) -> None:
    administrator.is_superuser = True
    administrator.save()
    client.force_login(administrator)
    page = reverse("admin:leads_tag_add")
    response = client.post(page, {"name": "Peel", "color": "#0f766e"})
    assert response.status_code == 302
    row = latest(Tag.objects.get(name="Peel"))
    assert row.history_user == administrator
    assert row.history_actor == str(administrator)


def test_after_a_request_the_process_acts_again(
    client: Client, administrator: User
) -> None:
    before = current_actor()
    client.force_login(administrator)
    client.get(reverse("admin:leads_tag_changelist"))
    assert current_actor() == before


def test_a_request_of_nobody_says_so(rf: RequestFactory) -> None:
    request = rf.post("/")
    request.user = AnonymousUser()
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current_actor().name)
        return HttpResponse()

    request_actor(view)(request)
    assert seen == ["Someone not signed in"]


def test_signing_in_is_no_change_of_the_person(rf: RequestFactory) -> None:
    user, request = UserFactory(), rf.get("/")
    request.session = SessionStore()
    login(request, user, "medspa.accounts.auth.ClinicBackend")
    assert User.objects.get(pk=user.pk).last_login
    assert user.history.count() == 1


def test_history_holds_no_password() -> None:
    user = UserFactory()
    row = latest(user)
    assert row.username == user.username
    assert not hasattr(row, "password")


def test_history_outlives_its_row_and_its_author() -> None:
    ana = UserFactory(first_name="Ana")
    with acting(user=ana):
        lead = LeadFactory()
    row_id = lead.pk
    Lead.objects.filter(pk=row_id)._raw_delete("default")
    ana.delete()
    row = Lead.history.filter(id=row_id).latest()
    assert row.history_actor == "Ana"


def test_a_fixture_writes_no_history() -> None:
    before = Tag.history.count()
    call_command("loaddata", "tags", verbosity=0)
    assert Tag.history.count() == before
