"""Connections as administrators set them up: made, switched, given their secrets."""

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping

from django.db import transaction

from connections.audit_kinds import (
    CONNECTED,
    SECRET_SET,
    SETTINGS_CHANGED,
    ConnectionDetails,
)
from connections.door import Door
from connections.models import Connection, ItemOutcome
from connections.registry import DOORS
from medspa import clock
from medspa.audit.events import record_event
from medspa.json_columns import Schema, parse_json
from medspa.refusals import Refused

LONGEST_SECRET = 500


class ConnectionRefused(Refused):
    """The connection stays as it is."""

    code = "connection_refused"


def door_of(name: str) -> Door:
    if name not in DOORS:
        raise ConnectionRefused("Choose a system from the list.", "unknown_door")
    return DOORS[name]


def settings_of(connection: Connection) -> Schema:
    """The settings by the door's own schema; raises ValidationError."""
    schema = door_of(connection.door).settings
    return parse_json(schema, connection.settings_json, "settings_json")


def new_secret() -> str:
    """For a door whose secret we make: as Standard Webhooks writes it."""
    return f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"


@transaction.atomic
def connect(door_name: str, account: str = "") -> Connection:
    """Raises ValidationError for an account that is connected already."""
    row = Connection(door=door_of(door_name).name, account=_account(door_name, account))
    row.full_clean()
    row.save()
    record_event(CONNECTED, subject=row, details=_details(row))
    return row


def _account(door_name: str, typed: str) -> str:
    door = door_of(door_name)
    if door.needs_account and not typed.strip():
        raise ConnectionRefused(f"Enter the {door.account_label}.", "no_account")
    return typed.strip()


@transaction.atomic
def set_account(connection_id: str, account: str) -> Connection:
    """Correct the account while nothing came in from it.

    Raises ValidationError for one that is connected already.
    """
    row = _locked(connection_id)
    account = _account(row.door, account)
    if account == row.account:
        return row
    if ItemOutcome.objects.filter(connection=row).exists():
        raise ConnectionRefused(
            "Data was already received from this account. Add the other one as a "
            "connection of its own.",
            "account_is_used",
        )
    row.account = account
    row.full_clean()
    row.save()
    return row


def _locked(connection_id: str) -> Connection:
    return Connection.objects.select_for_update(no_key=True).get(pk=connection_id)


def secret_label(door: Door, name: str) -> str:
    return door.secret_labels.get(name, name.replace("_", " ").capitalize())


def _details(row: Connection) -> ConnectionDetails:
    return ConnectionDetails(system=door_of(row.door).title)


@transaction.atomic
def set_secrets(connection_id: str, given: Mapping[str, str]) -> Connection:
    """Store the secrets that are given; those left empty stay as they are."""
    row = _locked(connection_id)
    known = door_of(row.door).secrets
    new = {name: given[name].strip() for name in known if given.get(name, "").strip()}
    if not new:
        raise ConnectionRefused("Enter a secret. Nothing was changed.", "no_secret")
    if any(len(value) > LONGEST_SECRET for value in new.values()):
        raise ConnectionRefused(
            "This secret is too long. Nothing was changed.", "too_long"
        )
    row.secrets = json.dumps({**row.secret_values, **new})
    row.secrets_set_at = clock.now()
    row.save()
    record_event(SECRET_SET, subject=row, details=_details(row))
    return row


@transaction.atomic
def switch(connection_id: str, *, is_on: bool) -> Connection:
    """While it is off, deliveries are answered and forgotten."""
    row = _locked(connection_id)
    if row.is_on != is_on:
        row.is_on = is_on
        row.save()
    return row


@transaction.atomic
def save_settings(connection_id: str, settings: Mapping[str, object]) -> Connection:
    """Raises ValidationError for settings that the door does not have."""
    return _save_settings(_locked(connection_id), settings)


@transaction.atomic
def change_settings(connection_id: str, changes: Mapping[str, object]) -> Connection:
    """Change some settings and leave the others; raises ValidationError as above."""
    row = _locked(connection_id)
    return _save_settings(row, {**row.settings_json, **changes})


def _save_settings(row: Connection, settings: Mapping[str, object]) -> Connection:
    parse_json(door_of(row.door).settings, settings, "settings_json")
    if row.settings_json != dict(settings):
        row.settings_json = dict(settings)
        row.save()
        record_event(SETTINGS_CHANGED, subject=row, details=_details(row))
    return row
