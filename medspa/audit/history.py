"""The audit trail of a model: one history row per change, with who made it."""

from functools import cache
from typing import Any

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from medspa.audit.actors import current_actor

# What wrote the rows that every new clinic begins with, and what it is called.
FIRST_ROWS_ACTOR, SETUP = "migrate", "Setup"
MAX_ACTOR_LENGTH = 150
MAX_REASON_LENGTH = 100


def actor_name() -> str:
    return current_actor().name[:MAX_ACTOR_LENGTH]


class ActedRow(models.Model):
    """The column that every history row has besides the library's."""

    history_actor = models.CharField(max_length=MAX_ACTOR_LENGTH, default=actor_name)

    class Meta:
        abstract = True

    @property
    def who(self) -> str:
        """The person, or what acted instead; with a query unless they are loaded."""
        row: Any = self
        if not row.history_user and self.history_actor == FIRST_ROWS_ACTOR:
            return SETUP
        return str(row.history_user or self.history_actor)


class OneManager(HistoryManager):
    """The library asks for this class whenever a row's `history` is read.

    Without the cache it is made anew each time, which takes 0.1 ms.
    """

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class History(HistoricalRecords):
    """`HistoricalRecords` whose user, actor and reason come from `acting`."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "bases": [ActedRow],
            "history_manager": OneManager,
            "get_user": _acting_user,
            "custom_model_name": lambda name: f"{name}History",
        }
        super().__init__(**(defaults | kwargs))

    def get_change_reason_for_object(
        self, instance: models.Model, history_type: str, using: str
    ) -> str | None:
        reason = (
            super().get_change_reason_for_object(instance, history_type, using)
            or current_actor().reason
        )
        return reason[:MAX_REASON_LENGTH] or None

    def post_save(
        self,
        instance: models.Model,
        created: bool,
        using: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Saving only fields that history leaves out (a sign-in) writes no row."""
        saved = kwargs.get("update_fields")
        if not saved or set(saved) - set(self.excluded_fields):
            super().post_save(instance, created, using, **kwargs)


def _acting_user(instance: models.Model, **kwargs: Any) -> Any:
    return current_actor().user
