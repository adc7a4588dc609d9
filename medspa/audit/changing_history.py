"""The one way to change history and the audit log: `medspa_change_history`.

The database refuses every other UPDATE, DELETE and TRUNCATE of these tables. `history`
is the model of the rows (`Lead.history.model`, `AuditEvent`), `ids` are their primary
keys. Each call is one statement; call it in bounded chunks. It writes a line of the
audit log, and `verify_audit` accepts what it did.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from medspa.audit.actors import current_actor, current_address
from medspa.audit.events import audit_kind
from medspa.audit.history import MAX_ACTOR_LENGTH
from medspa.audit.models import Act
from medspa.json_columns import Schema


class ChangeDetails(Schema):
    act: Act
    table: str
    rows: int
    why: str


# The database function writes these lines.
HISTORY_CHANGED = audit_kind(
    "history_changed",
    "History changed",
    "changed {rows:row|rows} of {table:rows_of} ({act}): {why}",
    ChangeDetails,
)


def remove_history(history: type[models.Model], ids: Sequence[Any], *, why: str) -> int:
    """Remove rows for good; how many there were. For retention."""
    return _change(Act.REMOVE, history, ids, {}, why)


def overwrite_history(
    history: type[models.Model],
    ids: Sequence[Any],
    values: Mapping[str, Any],
    *,
    why: str,
) -> int:
    """Give columns of all the rows these values; how many rows there were. For erasure.

    Only columns of `medspa_open_columns` can be overwritten. Bytes are stored as they
    are, an encrypted column is emptied by `b""`.
    """
    fresh = {name: _as_json(value) for name, value in values.items()}
    return _change(Act.OVERWRITE, history, ids, fresh, why)


def reencrypt_history(
    history: type[models.Model],
    ids: Sequence[Any],
    values: Mapping[str, Sequence[bytes]],
    *,
    why: str,
) -> int:
    """Give each row bytes of its own, in the order of `ids`. For new keys."""
    fresh = {name: [_as_json(one) for one in given] for name, given in values.items()}
    return _change(Act.REENCRYPT, history, ids, fresh, why)


def _as_json(value: Any) -> Any:
    return rf"\x{value.hex()}" if isinstance(value, bytes) else value


def _change(
    act: Act,
    history: type[models.Model],
    ids: Sequence[Any],
    fresh: dict[str, Any],
    why: str,
) -> int:
    actor = current_actor()
    acting = {
        "person": actor.user.pk if actor.user else None,
        "name": actor.name[:MAX_ACTOR_LENGTH],
        "address": current_address(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT medspa_change_history(%s, %s::regclass, %s::text[], %s, %s, %s)",
            [
                act.value,
                history._meta.db_table,
                [str(one) for one in ids],
                json.dumps(fresh),
                why,
                json.dumps(acting),
            ],
        )
        return int(cursor.fetchone()[0])
