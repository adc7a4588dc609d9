"""The history of many rows, written by one statement.

The same rows as saving one by one leaves, for acts on thousands: making the objects
costs several times what the database needs.
"""

from collections.abc import Sequence
from typing import Any, Literal

from django.db import connection, models
from django.utils import timezone

from medspa.audit.actors import current_actor
from medspa.audit.history import MAX_ACTOR_LENGTH, MAX_REASON_LENGTH


def note_history(
    model: type[models.Model], ids: Sequence[str], kind: Literal["+", "~", "-"]
) -> None:
    """Note that the rows were made, changed (as they are now) or are about to go."""
    trail: Any = model.history.model  # type: ignore[attr-defined]
    tracked = ", ".join(f'"{field.column}"' for field in trail.tracked_fields)
    actor = current_actor()
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{trail._meta.db_table}" ({tracked}, history_date,'  # noqa: S608
            " history_type, history_change_reason, history_user_id, history_actor)"
            f" SELECT {tracked}, %s, %s, %s, %s, %s"
            f' FROM "{model._meta.db_table}" WHERE id = ANY(%s) ORDER BY id',
            [
                timezone.now(),
                kind,
                actor.reason[:MAX_REASON_LENGTH] or None,
                actor.user.pk if actor.user else None,
                actor.name[:MAX_ACTOR_LENGTH],
                list(ids),
            ],
        )
