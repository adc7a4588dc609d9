"""A query that is written once finds what its queryset finds each time."""

from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, JSONField
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext

from leads.models import LeadStage
from medspa.accounts.auth import ClinicBackend
from medspa.extension_points import person_attributes
from medspa.models import User
from medspa.postgres.databases import PREPARED_AFTER
from medspa.postgres.written_query import (
    Given,
    SqlRows,
    WrittenQuery,
    WrittenRows,
    array_of,
    array_of_bytes,
    is_one_of,
)
from tests import factories

pytestmark = pytest.mark.django_db
FACTS: Any = RawSQL(
    "ARRAY[jsonb_build_object('name', medspa_user.username, 'number', %s)]",
    (7,),
    ArrayField(JSONField()),
)


def test_it_finds_the_row_of_each_value_with_what_is_annotated() -> None:
    rows = User.objects.annotate(facts=FACTS)
    written = WrittenQuery(rows.filter(pk=""))
    for person in factories.UserFactory.create_batch(2):
        found, asked = written.first(person.pk), rows.get(pk=person.pk)
        assert found == person
        assert (found.username, found.date_joined) == (
            person.username,
            person.date_joined,
        )
        assert found.facts == asked.facts == [{"name": person.username, "number": 7}]
        assert not found._state.adding
    assert written.first("nobody") is None


def test_rows_by_hand_are_of_their_model_with_what_else_is_read() -> None:
    person = factories.UserFactory.create()
    by_hand = """
        SELECT date_joined, username, id, upper(username) AS shouted
        FROM medspa_user WHERE id = %(id)s
    """
    rows = SqlRows(User, by_hand)
    [found] = rows.rows({"id": person.pk})
    assert found == person
    assert found.get_deferred_fields() >= {"email", "first_name"}
    with CaptureQueriesContext(connection) as queries:
        assert (found.username, found.date_joined) == (
            person.username,
            person.date_joined,
        )
        assert vars(found)["shouted"] == person.username.upper()
    assert not queries
    assert rows.rows({"id": "nobody"}) == []


def test_several_values_are_given_in_the_order_of_the_filters() -> None:
    ana, bea = factories.UserFactory.create_batch(2)
    rows = User.objects.filter(username="").filter(pk="")
    written = WrittenQuery(rows, values=2)
    assert written.first(ana.username, ana.pk) == ana
    assert written.first(ana.username, bea.pk) is None


def test_all_rows_come_with_what_is_selected_along() -> None:
    periods = [factories.LeadStageFactory() for _ in range(2)]
    rows = LeadStage.objects.select_related("stage", "changed_by").order_by("pk")
    written = WrittenQuery(rows.filter(is_one_of("pk", [])))
    found = written.all([period.pk for period in periods])
    assert found == sorted(periods, key=lambda period: period.pk)
    with CaptureQueriesContext(connection) as asked:
        names = [(one.stage.name, one.changed_by) for one in found]
    assert not asked.captured_queries
    assert names == [(one.stage.name, one.changed_by) for one in found]
    assert written.all([]) == []


def test_the_server_keeps_the_plan_of_what_is_asked_again() -> None:
    written = WrittenQuery(User.objects.filter(pk=""))
    for _ in range(PREPARED_AFTER + 1):
        assert written.first("nobody") is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall()]
    assert any('FROM "medspa_user"' in statement for statement in kept)


def test_an_attribute_that_is_added_to_persons_comes_with_the_next() -> None:
    person, backend = factories.UserFactory(), ClinicBackend()
    assert not hasattr(backend.get_user(person.pk), "facts")
    with person_attributes.extended("facts", FACTS):
        found: Any = backend.get_user(person.pk)
        assert found.facts[0]["name"] == person.username
    assert not hasattr(backend.get_user(person.pk), "facts")


def test_rows_are_those_of_the_queryset_for_each_values_that_are_given() -> None:
    ana, bea, eva = factories.UserFactory.create_batch(3)
    rows = User.objects.annotate(facts=FACTS).order_by("pk")
    written = WrittenRows(
        rows.filter(is_one_of("pk", Given("ids"))).values("facts", name=F("username"))
    )
    for people in ([ana, bea], [eva], []):
        asked = rows.filter(pk__in=[one.pk for one in people])
        found = written.read(ids=[one.pk for one in people])
        assert found == [*asked.values("facts", name=F("username"))]
        assert len(found) == len(people)


def test_every_row_of_the_values_that_are_given_is_found() -> None:
    ana, bea, eva = factories.UserFactory.create_batch(3)
    rows = User.objects.annotate(facts=FACTS).order_by("-pk")
    written = WrittenQuery(rows.filter(is_one_of("pk", Given("ids")), is_active=True))
    found: Any = written.every(ids=[ana.pk, eva.pk])
    asked: Any = [*rows.filter(pk__in=[ana.pk, eva.pk])]
    assert found == asked
    assert [one.facts for one in found] == [one.facts for one in asked]
    assert written.every(ids=[bea.pk, "nobody"]) == [bea]
    assert written.every(ids=[]) == []


ODD = ["a,b", '"', "\\", "{}", " a", "", "ſK"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["a"],
        ["a", "B", "c:_1", "nullify"],
        ["a", "b", "c", "NULL"],
        ["a,b", "c", "d", "e"],
        ODD,
    ],
)
def test_an_array_of_words_is_the_list(words: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::varchar[]", [array_of(words)])
        assert cursor.fetchone()[0] == words


@pytest.mark.parametrize("values", [[], [b"a"], [b"", b"\x00\xff", b"\\", b'"{,}']])
def test_an_array_of_bytes_is_the_list(values: list[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::bytea[]", [array_of_bytes(values)])
        assert [bytes(value) for value in cursor.fetchone()[0]] == values


def test_many_ids_are_one_text_and_a_single_one_is_left_to_the_cursor() -> None:
    assert array_of(iter(["a", "b", "c", "d"])) == "{a,b,c,d}"
    assert array_of(iter(["a"])) == ["a"]
    assert array_of_bytes([b"a"]) == [b"a"]
