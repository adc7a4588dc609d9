"""Writing many rows with their history. Saving a single row writes its own history row.

Which function for which need:

- `create_with_history`: new rows, as objects;
- `create_values_with_history`: new rows, as values, many of them;
- `update_with_history`: changed rows, as objects;
- `note_history`: rows that a statement of its own has changed, by their ids;
- `backfill_history`: whole tables that were loaded without any history.

Each leaves the same rows as saving one by one would: the actor, the person and the
reason of `acting`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from django.db import models, transaction
from simple_history.utils import bulk_update_with_history

from medspa import clock
from medspa.audit.actors import current_actor
from medspa.audit.history import MAX_ACTOR_LENGTH, MAX_REASON_LENGTH
from medspa.audit.inserting import insert_rows, insert_values
from medspa.postgres.written_query import array_of, prepared_cursor

HistoryType = Literal["+", "~", "-"]


def create_with_history(
    model: type[models.Model], rows: Sequence[Any], *, is_clean: bool = False
) -> None:
    """Insert new rows by one statement and their history by another.

    A row that its `clean` refuses raises ValidationError, and none is written; with
    `is_clean` the caller has validated them.
    """
    if not is_clean:
        for row in rows:
            row.clean()
    if rows:
        with transaction.atomic(savepoint=False):
            insert_rows(model, rows)
            note_history(model, [row.pk for row in rows], "+")


def create_values_with_history(
    model: type[models.Model], names: tuple[str, ...], rows: Iterable[Sequence[Any]]
) -> list[str]:
    """As `create_with_history` by the values of the named attributes; returns the ids.

    Without objects: for models whose rules the database knows, as no `clean` is called.
    """
    with transaction.atomic(savepoint=False):
        ids = insert_values(model, names, rows)
        note_history(model, ids, "+")
    return ids


def update_with_history(
    model: type[models.Model],
    rows: Sequence[Any],
    fields: Sequence[str],
    batch_size: int | None = None,
) -> None:
    """Save `fields` of the rows, deleted ones too, and a history row for each."""
    if rows:
        bulk_update_with_history(
            rows,
            model,
            list(fields),
            batch_size=batch_size,
            default_change_reason=_reason(),
            manager=model._base_manager,
        )


def note_history(
    model: type[models.Model], ids: Sequence[str], kind: HistoryType
) -> None:
    """History of rows that were just created or changed, or are about to be deleted.

    500 leads take 8 ms of CPU by SQL, and 150 when the objects are made for
    `bulk_create`.
    """
    actor = current_actor()
    _copy_to_history(
        model,
        {
            "history_date": "%s",
            "history_type": "%s",
            "history_change_reason": "%s",
            "history_user_id": "%s",
            "history_actor": "%s",
        },
        "id = ANY(%s)",
        [
            clock.now(),
            kind,
            _reason(),
            actor.user.pk if actor.user else None,
            actor.name[:MAX_ACTOR_LENGTH],
            array_of(ids),
        ],
    )


def backfill_history(
    model: type[models.Model],
    kind: HistoryType,
    *,
    actor: str,
    at: str,
    where: str = "true",
    columns: Mapping[str, str] | None = None,
) -> None:
    """History of all rows of a table that satisfy `where`, as if saved one by one.

    `at` is an SQL expression: the moment of each row's change. `columns` says by SQL
    what a column held at that moment, where it isn't what it holds now.
    """
    trail: Any = model.history.model  # type: ignore[attr-defined]
    tracked = {field.column for field in trail.tracked_fields}
    past = {name: sql for name, sql in (columns or {}).items() if name in tracked}
    _copy_to_history(
        model,
        {
            "history_actor": "%s",
            "history_date": at,
            "history_type": "%s",
            **past,
        },
        where,
        [actor, kind],
    )


def _copy_to_history(
    model: type[models.Model],
    values: Mapping[str, str],
    where: str,
    parameters: Sequence[Any],
) -> None:
    """`values` are SQL by history column; every other column is copied as it is.

    All names and expressions come from our own code.
    """
    trail: Any = model.history.model  # type: ignore[attr-defined]
    copied = [
        field.column for field in trail.tracked_fields if field.column not in values
    ]
    targets = ", ".join(f'"{column}"' for column in [*copied, *values])
    sources = ", ".join([*(f'"{column}"' for column in copied), *values.values()])
    with prepared_cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{trail._meta.db_table}" ({targets})'  # noqa: S608
            f' SELECT {sources} FROM "{model._meta.db_table}"'
            f" WHERE {where} ORDER BY id",
            list(parameters),
        )


def _reason() -> str | None:
    return current_actor().reason[:MAX_REASON_LENGTH] or None
