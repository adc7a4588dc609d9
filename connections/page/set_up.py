"""What the set-up page of a connection shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connections.door import Door
from connections.door_parts.foreign_ids import GOHIGHLEVEL
from connections.door_parts.mappings import ListedThere
from connections.gohighlevel.asking import AccessTest, run_access_test
from connections.gohighlevel.policy import FIELD_RULES, FieldRule
from connections.jobs import BACKFILL, PREVIEW
from connections.mapping.tables import ShownMapping, shown_mappings
from connections.models import (
    UNDO_WITHIN,
    BackfillPreview,
    Connection,
    IntakeBatch,
    Stream,
    StreamState,
)
from connections.registry import DOORS
from connections.setting_up import secret_label
from medspa import clock
from medspa.jobs.models import JobRun, RunState
from medspa.jobs.registry import status_sentence
from medspa.templatetags.clinic import ago

# Of a shorter secret its end would tell too much.
LONG_ENOUGH = 12
SHOWN_OF_SECRET = 4
MOST_HISTORY = 200


@dataclass(frozen=True)
class SecretLine:
    """A secret as it may be shown: its last letters, and since when it is this one."""

    name: str
    label: str
    is_set: bool
    ending: str
    set_at: datetime | None

    @property
    def age(self) -> str:
        return f"set {ago(self.set_at)}" if self.set_at else ""


@dataclass(frozen=True)
class WriteSwitch:
    """A field with who decides about it; `is_on` means nothing without a switch."""

    rule: FieldRule
    is_on: bool


@dataclass(frozen=True)
class ImportState:
    """The first import: what it would do, how far it is, whether it was paused."""

    preview: BackfillPreview | None
    previewed_at: datetime | None
    run: JobRun | None
    standing: str
    is_paused: bool
    # The last import, while it can be undone or to see what its undo did.
    batch: IntakeBatch | None = None

    @property
    def is_preview(self) -> bool:
        return self.run is not None and self.run.kind == PREVIEW


@dataclass(frozen=True)
class SetUpData:
    connection: Connection
    door: Door
    secrets: Sequence[SecretLine]
    mappings: Sequence[ShownMapping]
    problem: str = ""
    test: AccessTest | None = None
    switches: Sequence[WriteSwitch] = ()
    importing: ImportState | None = None


def read_set_up(
    connection: Connection,
    *,
    is_tested: bool = False,
    proposed: dict[str, Any] | None = None,
) -> SetUpData:
    """`proposed` are settings of a form that was refused, to be shown again.

    With `is_tested` the other system is asked for one of each kind of object; its
    answers list what there is to map as well.
    """
    door = DOORS[connection.door]
    settings = connection.settings_json | (proposed or {})
    is_gohighlevel = door.name == GOHIGHLEVEL
    test = run_access_test(connection) if is_tested and is_gohighlevel else None
    if test:
        listed = ListedThere(test.there, test.problem)
    elif door.list_there:
        listed = door.list_there(connection)
    else:
        listed = ListedThere()
    return SetUpData(
        connection,
        door,
        secret_lines(connection, door),
        shown_mappings(door, settings, listed),
        problem=listed.problem,
        test=test,
        switches=_switches(settings) if is_gohighlevel else (),
        importing=read_import(connection) if is_gohighlevel else None,
    )


def secret_lines(connection: Connection, door: Door) -> list[SecretLine]:
    known, moments = connection.secret_values, _set_moments(connection)
    return [
        SecretLine(
            name,
            secret_label(door, name),
            bool(known.get(name)),
            known[name][-SHOWN_OF_SECRET:]
            if len(known.get(name, "")) >= LONG_ENOUGH
            else "",
            moments.get(name),
        )
        for name in door.secrets
    ]


def _set_moments(connection: Connection) -> dict[str, datetime]:
    """Since when each secret has the value that it has, by the connection's history."""
    known = connection.secret_values
    found: dict[str, datetime] = {}
    for row in connection.history.order_by("-history_id")[:MOST_HISTORY]:
        before = json.loads(row.secrets) if row.secrets else {}
        known = {name: one for name, one in known.items() if before.get(name) == one}
        found |= dict.fromkeys(known, row.history_date)
        if not known:
            break
    return found


def _switches(settings: dict[str, Any]) -> list[WriteSwitch]:
    writes = settings.get("writes") or ()
    return [WriteSwitch(rule, rule.switch in writes) for rule in FIELD_RULES]


def read_import(connection: Connection) -> ImportState:
    state = StreamState.objects.filter(
        connection=connection, stream=Stream.CONTACTS
    ).first()
    runs = JobRun.objects.filter(kind__in=(BACKFILL, PREVIEW), key=connection.pk)
    run = runs.order_by("-created_at").first()
    is_active = run is not None and run.is_active
    is_running = run is not None and run.kind == BACKFILL and is_active
    stopped = runs.filter(kind=BACKFILL).order_by("-created_at").first()
    was_stopped = stopped is not None and stopped.state in (
        RunState.CANCELED,
        RunState.FAILED,
    )
    return ImportState(
        preview=state.read_preview if state else None,
        previewed_at=state.previewed_at if state else None,
        run=run,
        standing=status_sentence(run) if run and is_active else "",
        is_paused=was_stopped and not is_running,
        batch=IntakeBatch.objects.filter(
            connection=connection, made_at__gte=clock.now() - UNDO_WITHIN
        ).first(),
    )
