"""Every rule of connections and what they receive, both ways."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from tests.factories import (
    ConnectionFactory,
    DeliveryCountFactory,
    ExternalIdFactory,
    FieldDifferenceFactory,
    FileColumnsFactory,
    IntakeBatchFactory,
    ItemOutcomeFactory,
    KnownThereFactory,
    KpiEventFactory,
    OutgoingChangeFactory,
    PaymentRankFactory,
    ReceivedDeliveryFactory,
    StreamStateFactory,
    UndoRunFactory,
    UnmatchedEventFactory,
)
from tests.rules import Rule, refusal_in_sql, refusal_in_words

pytestmark = pytest.mark.django_db
NOT_A_CHOICE = "Choose from the list."


def account_of_another(row: models.Model) -> dict[str, object]:
    return {"account": ConnectionFactory().account}


def key_of_another(row: models.Model) -> dict[str, object]:
    return {"key": ReceivedDeliveryFactory(connection=row.connection).key}


def ended_before_received(row: models.Model) -> dict[str, object]:
    return {"state": "done", "ended_at": row.received_at - timedelta(seconds=1)}


def value_of_another(row: models.Model) -> dict[str, object]:
    return {"value": ExternalIdFactory().value}


def also_of_an_event(row: models.Model) -> dict[str, object]:
    return {"event": KpiEventFactory()}


def object_of_another(row: models.Model) -> dict[str, object]:
    return {"object_id": UnmatchedEventFactory().object_id}


def ended_before_it_was_made(row: models.Model) -> dict[str, object]:
    return {"state": "matched", "ended_at": row.made_at - timedelta(seconds=1)}


def undone(row: models.Model) -> dict[str, object]:
    return {"outcome": "unchanged", "undone_at": row.made_at}


def code_of_another(row: models.Model) -> dict[str, object]:
    other = DeliveryCountFactory(connection=row.connection, code="off")
    return {"code": other.code}


def same_stream(row: models.Model) -> dict[str, object]:
    other = StreamStateFactory(connection=row.connection, stream="transactions")
    return {"stream": other.stream}


def same_field(row: models.Model) -> dict[str, object]:
    other = KnownThereFactory(
        connection=row.connection, lead=row.lead, field="last_field"
    )
    return {"field": other.field}


def same_change(row: models.Model) -> dict[str, object]:
    other = OutgoingChangeFactory(
        connection=row.connection, lead=row.lead, field="email"
    )
    return {"field": other.field}


def same_difference(row: models.Model) -> dict[str, object]:
    other = FieldDifferenceFactory(
        connection=row.connection, lead=row.lead, field="phone"
    )
    return {"field": other.field}


def batch_of_another(row: models.Model) -> dict[str, object]:
    return {"batch": UndoRunFactory().batch}


def second_of_a_connection(row: models.Model) -> dict[str, object]:
    at = timezone.now()
    period = {"batch": None, "since": at - timedelta(hours=1), "until": at}
    other = UndoRunFactory(connection=ConnectionFactory(), **period)
    return {"connection": other.connection, **period}


def ends_before_it_starts(row: models.Model) -> dict[str, object]:
    at = timezone.now()
    return {
        "batch": None,
        "connection": ConnectionFactory(),
        "since": at,
        "until": at - timedelta(hours=1),
    }


RULES = [
    Rule(
        "connections_fielddifference_once",
        FieldDifferenceFactory,
        same_difference,
        "This difference is known already.",
    ),
    Rule(
        "connections_fielddifference_field_is_compared",
        FieldDifferenceFactory,
        {"field": "other"},
        NOT_A_CHOICE,
        place="field",
    ),
    Rule(
        "connections_intakebatch_has_a_title",
        IntakeBatchFactory,
        {"title": ""},
        "This field is required.",
        place="title",
    ),
    Rule(
        "connections_undorun_one_for_a_batch",
        UndoRunFactory,
        batch_of_another,
        "This import was already undone.",
    ),
    Rule(
        "connections_undorun_one_at_a_time",
        UndoRunFactory,
        second_of_a_connection,
        "Someone is undoing this connection already.",
    ),
    Rule(
        "connections_undorun_is_of_a_batch_or_a_period",
        UndoRunFactory,
        ends_before_it_starts,
        "The end must be after the start.",
    ),
    Rule(
        "connections_streamstate_one_for_a_stream",
        StreamStateFactory,
        same_stream,
        "This stream is followed already.",
    ),
    Rule(
        "connections_streamstate_stream_is_known",
        StreamStateFactory,
        {"stream": "other"},
        NOT_A_CHOICE,
        place="stream",
    ),
    Rule(
        "connections_streamstate_drift_is_an_object",
        StreamStateFactory,
        {"drift": []},
        "The differences must be a JSON object.",
    ),
    Rule(
        "connections_streamstate_preview_is_an_object",
        StreamStateFactory,
        {"preview": []},
        "The preview must be a JSON object.",
    ),
    Rule(
        "connections_streamstate_fails_since_a_moment",
        StreamStateFactory,
        {"failure": "not_allowed"},
        "A failure has a moment since when it is one.",
    ),
    Rule(
        "connections_knownthere_once",
        KnownThereFactory,
        same_field,
        "One value of a field is known.",
    ),
    Rule(
        "connections_outgoingchange_waits_once",
        OutgoingChangeFactory,
        same_change,
        "This change waits already.",
    ),
    Rule(
        "connections_outgoingchange_state_is_known",
        OutgoingChangeFactory,
        {"state": "other", "ended_at": timezone.now()},
        NOT_A_CHOICE,
        place="state",
    ),
    Rule(
        "connections_outgoingchange_ends_once",
        OutgoingChangeFactory,
        {"state": "sent"},
        "A change ends when it no longer waits.",
    ),
    Rule(
        "connections_connection_door_is_a_name",
        ConnectionFactory,
        {"door": "Not a name"},
        "Choose a system from the list.",
    ),
    Rule(
        "connections_connection_account_is_an_id",
        ConnectionFactory,
        {"account": "an account"},
        "An account ID can have letters, digits, dots, dashes and underscores.",
        place="account",
    ),
    Rule(
        "connections_connection_one_for_an_account",
        ConnectionFactory,
        account_of_another,
        "This account is connected already.",
    ),
    Rule(
        "connections_connection_settings_are_an_object",
        ConnectionFactory,
        {"settings_json": []},
        "The settings must be a JSON object.",
    ),
    Rule(
        "connections_receiveddelivery_once",
        ReceivedDeliveryFactory,
        key_of_another,
        "This delivery was received already.",
    ),
    Rule(
        "connections_receiveddelivery_state_is_known",
        ReceivedDeliveryFactory,
        {"state": "other"},
        NOT_A_CHOICE,
        place="state",
    ),
    Rule(
        "connections_receiveddelivery_has_a_key",
        ReceivedDeliveryFactory,
        {"key": ""},
        "This field is required.",
        place="key",
    ),
    Rule(
        "connections_receiveddelivery_parked_for_a_reason",
        ReceivedDeliveryFactory,
        {"reason": ""},
        "A parked delivery needs a reason.",
    ),
    Rule(
        "connections_receiveddelivery_ends_once",
        ReceivedDeliveryFactory,
        ended_before_received,
        "A delivery ends after it was received.",
    ),
    Rule(
        "connections_receiveddelivery_counts_attempts",
        ReceivedDeliveryFactory,
        {"attempts": -1},
        "Attempts can't be negative.",
        place="attempts",
    ),
    Rule(
        "connections_externalid_once",
        ExternalIdFactory,
        value_of_another,
        "Another lead or event has this id already.",
    ),
    Rule(
        "connections_externalid_is_of_one_row",
        ExternalIdFactory,
        also_of_an_event,
        "An id belongs to a lead or to an event.",
    ),
    Rule(
        "connections_externalid_names_are_codes",
        ExternalIdFactory,
        {"kind": "Customer id"},
        "A system and a kind are lower-case words.",
    ),
    Rule(
        "connections_externalid_value_is_an_id",
        ExternalIdFactory,
        {"value": "ana@example.com"},
        "An id has no spaces and no at sign.",
        place="value",
    ),
    Rule(
        "connections_unmatchedevent_waits_once",
        UnmatchedEventFactory,
        object_of_another,
        "This event waits already.",
    ),
    Rule(
        "connections_unmatchedevent_state_is_known",
        UnmatchedEventFactory,
        {"why": "other"},
        NOT_A_CHOICE,
        place="why",
    ),
    Rule(
        "connections_unmatchedevent_ends_once",
        UnmatchedEventFactory,
        ended_before_it_was_made,
        "It ends when it no longer waits.",
    ),
    Rule(
        "connections_itemoutcome_is_known",
        ItemOutcomeFactory,
        {"outcome": "other"},
        NOT_A_CHOICE,
        place="outcome",
    ),
    Rule(
        "connections_itemoutcome_says_why",
        ItemOutcomeFactory,
        {"outcome": "parked"},
        "A parked or refused item needs a reason.",
    ),
    Rule(
        "connections_itemoutcome_undoes_what_was_applied",
        ItemOutcomeFactory,
        undone,
        "Only what was applied can be undone.",
    ),
    Rule(
        "connections_filecolumns_one_for_a_kind",
        FileColumnsFactory,
        lambda row: {"system": FileColumnsFactory().system},
        "The columns of these files are kept already.",
    ),
    Rule(
        "connections_filecolumns_names_are_codes",
        FileColumnsFactory,
        {"system": "Not a code"},
        "A system and a kind are lower-case words.",
    ),
    Rule(
        "connections_filecolumns_columns_are_an_object",
        FileColumnsFactory,
        {"columns_json": []},
        "The columns must be a JSON object.",
        place="columns_json",
    ),
    Rule(
        "connections_deliverycount_once",
        DeliveryCountFactory,
        code_of_another,
        "This day is counted already.",
    ),
    Rule(
        "connections_deliverycount_counts",
        DeliveryCountFactory,
        {"deliveries": -1},
        "A count can't be negative.",
        place="deliveries",
    ),
    Rule(
        "connections_paymentrank_system_is_a_code",
        PaymentRankFactory,
        {"system": "Not a code"},
        "A system is a lower-case word.",
        place="system",
    ),
    Rule(
        "connections_paymentrank_place_is_positive",
        PaymentRankFactory,
        {"place": 0},
        "Places begin with 1.",
        place="place",
    ),
]
ENCRYPTED = {
    "connections_connection_secrets_are_encrypted": (ConnectionFactory, "secrets"),
    "connections_receiveddelivery_data_is_encrypted": (ReceivedDeliveryFactory, "data"),
    "connections_unmatchedevent_content_is_encrypted": (
        UnmatchedEventFactory,
        "content",
    ),
}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_person_reads_the_sentence(rule: Rule) -> None:
    words = refusal_in_words(rule)
    assert rule.sentence in [one for told in words.values() for one in told]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_database_refuses_it(rule: Rule) -> None:
    assert refusal_in_sql(rule) == rule.name


@pytest.mark.parametrize("name", ENCRYPTED)
def test_plain_text_is_refused(name: str) -> None:
    make, column = ENCRYPTED[name]
    table = make()._meta.db_table
    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET {column} = 'plain text, all of it'")  # noqa: S608
