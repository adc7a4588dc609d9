"""The audit trail: one row per change, with the person or job behind it."""

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords

from medspa.actors import current_actor


def actor_name() -> str:
    return current_actor().name


class ActedRow(models.Model):
    """What every history row has on top of the library's columns."""

    history_actor = models.CharField(max_length=150, default=actor_name)

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """`HistoricalRecords` whose user, actor and reason come from `acting`."""

    def __init__(self, **kwargs: Any) -> None:
        defaults = {
            "bases": [ActedRow],
            "get_user": _acting_user,
            "custom_model_name": lambda name: f"{name}History",
        }
        super().__init__(**(defaults | kwargs))

    def get_change_reason_for_object(
        self, instance: models.Model, history_type: str, using: str
    ) -> str | None:
        return (
            super().get_change_reason_for_object(instance, history_type, using)
            or current_actor().reason
            or None
        )


def _acting_user(instance: models.Model, **kwargs: Any) -> Any:
    return current_actor().user
