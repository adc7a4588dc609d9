"""Who acts: a person, a named job, or the command line of the process."""

import getpass
import sys

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from leads.models import Tag
from medspa.audit.actors import Actor, acting, current_actor
from medspa.audit.middleware import request_actor
from medspa.audit.writing import (
    backfill_history,
    create_with_history,
    note_history,
    update_with_history,
)
from tests.factories import TagFactory, UserFactory
from tests.rules import let_history_change


@pytest.mark.parametrize(
    ("command_line", "name"),
    [
        (["manage.py", "seed_demo", "--size", "5"], "seed_demo (maria)"),
        (["/srv/clinic/manage.py", "worker"], "worker (maria)"),
        (["manage.py"], "manage (maria)"),
        (["/usr/bin/gunicorn", "medspa.wsgi"], "gunicorn (maria)"),
        ([""], "python (maria)"),
        ([], "python (maria)"),
        (["x" * 200], "x" * 100),
    ],
)
def test_a_process_acts_by_its_command_and_account(
    command_line: list[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", command_line)
    monkeypatch.setattr(getpass, "getuser", lambda: "maria")
    assert current_actor() == Actor(name)


@pytest.mark.parametrize("error", [KeyError, OSError])
def test_a_container_without_accounts_still_has_an_actor(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr(sys, "argv", ["manage.py", "worker"])
    monkeypatch.setattr(getpass, "getuser", nobody)
    assert current_actor().name == "worker (unknown)"


def test_a_job_has_a_name_and_its_own_reason_only() -> None:
    with acting("Import", reason="First"):
        assert current_actor() == Actor("Import", None, "First")
        with acting("Merge"):
            assert current_actor() == Actor("Merge", None, "")
        with acting(reason="Second"):
            assert current_actor() == Actor("Import", None, "Second")
        assert current_actor() == Actor("Import", None, "First")


def test_a_request_acts_until_it_is_answered_also_by_an_error(
    rf: RequestFactory,
) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()

    def broken(request: HttpRequest) -> HttpResponse:
        assert current_actor() == Actor("Someone not signed in")
        raise RuntimeError

    before = current_actor()
    with pytest.raises(RuntimeError):
        request_actor(broken)(request)
    assert current_actor() == before


@pytest.mark.django_db
def test_a_request_of_somebody_answers_what_the_view_says(rf: RequestFactory) -> None:
    request = rf.get("/")
    ana = request.user = UserFactory(first_name="Ana")
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(current_actor())
        return HttpResponse("said")

    assert request_actor(view)(request).content == b"said"
    assert seen == [Actor("Ana", ana)]


# Many rows at once ----------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["+", "~", "-"])
def test_history_written_by_sql_is_that_of_saving(kind: str) -> None:
    ana = UserFactory(first_name="Ana")
    tag, other = TagFactory(name="Peel", color="#112233"), TagFactory()
    let_history_change(Tag)
    Tag.history.all().delete()
    with acting(user=ana, reason="r" * 200):
        note_history(Tag, [tag.pk], kind)  # type: ignore[arg-type]
    (record,) = Tag.history.all()
    assert record.history_type == kind
    assert (record.id, record.name, record.color) == (tag.pk, "Peel", "#112233")
    assert (record.history_user, record.history_actor) == (ana, "Ana")
    assert record.history_change_reason == "r" * 100
    assert record.history_date >= tag.created_at
    assert other.history.count() == 0


@pytest.mark.django_db
def test_history_written_by_sql_for_a_job_has_no_person_and_no_empty_reason() -> None:
    tags = TagFactory.create_batch(2)
    let_history_change(Tag)
    Tag.history.all().delete()
    with acting("n" * 300):
        note_history(Tag, [tag.pk for tag in reversed(tags)], "~")
    records = Tag.history.order_by("history_id")
    assert [record.id for record in records] == sorted(tag.pk for tag in tags)
    assert {record.history_actor for record in records} == {"n" * 150}
    assert {record.history_user for record in records} == {None}
    assert {record.history_change_reason for record in records} == {None}


@pytest.mark.django_db
def test_rows_made_at_once_are_all_refused_by_one_wrong_one() -> None:
    create_with_history(Tag, [])
    good, bad = TagFactory.build(), TagFactory.build()

    def refuse() -> None:
        raise ValueError("no")

    bad.clean = refuse
    with pytest.raises(ValueError, match="no"):
        create_with_history(Tag, [good, bad])
    assert not Tag.objects.filter(pk=good.pk).exists()
    with acting("Import", reason="r" * 200):
        create_with_history(Tag, [good])
    record = Tag.history.get(id=good.pk)
    assert (record.history_type, record.history_actor) == ("+", "Import")
    assert record.history_change_reason == "r" * 100
    create_with_history(Tag, [TagFactory.build(name="No reason")])
    assert Tag.history.get(name="No reason").history_change_reason is None


@pytest.mark.django_db
def test_rows_changed_at_once_have_a_history_row_each() -> None:
    update_with_history(Tag, [], ["name"])
    ana = UserFactory(first_name="Ana")
    tags = TagFactory.create_batch(2)
    tags[1].delete()
    let_history_change(Tag)
    Tag.history.all().delete()
    for tag in tags:
        tag.name = f"{tag.name} again"
    with acting(user=ana, reason="r" * 200):
        update_with_history(Tag, tags, ["name"])
    records = Tag.history.order_by("history_id")
    assert [record.name for record in records] == [tag.name for tag in tags]
    assert {record.history_type for record in records} == {"~"}
    assert {record.history_user for record in records} == {ana}
    assert {record.history_change_reason for record in records} == {"r" * 100}


@pytest.mark.django_db
def test_the_history_of_a_loaded_table_says_what_its_rows_held_then() -> None:
    tag, other = TagFactory(name="Peel"), TagFactory(name="Botox")
    tag.delete()
    let_history_change(Tag)
    Tag.history.all().delete()
    backfill_history(
        Tag, "+", actor="load", at="created_at", columns={"deleted_at": "NULL"}
    )
    backfill_history(
        Tag, "~", actor="load", at="deleted_at", where="deleted_at IS NOT NULL"
    )
    made = Tag.history.get(id=tag.pk, history_type="+")
    assert (made.name, made.deleted_at) == ("Peel", None)
    assert (made.history_date, made.history_actor) == (tag.created_at, "load")
    gone = Tag.history.get(id=tag.pk, history_type="~")
    assert gone.deleted_at == gone.history_date == tag.deleted_at
    assert other.history.count() == 1
