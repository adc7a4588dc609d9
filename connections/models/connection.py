"""The clinic's connections to other systems."""

import json
from typing import ClassVar

from django.db import models
from django.db.models import Q

from medspa import clock
from medspa.audit.history import History
from medspa.encryption.fields import EncryptedConstraint, EncryptedField
from medspa.ids import CuidField
from medspa.json_columns import IsObject
from medspa.validation import Validated

DOOR_NAME = r"^[a-z][a-z_]{1,29}$"
ACCOUNT = r"^[A-Za-z0-9_.:-]{0,100}$"


def as_it_is(text: str) -> str:
    """Clean nothing: the content is written by the program."""
    return text


class Connection(Validated):
    """One account of another system that sends to this clinic.

    `secrets` is a JSON object of the door's secrets by their names, encrypted;
    `settings_json` is of the door's own schema (`connections.setting_up`).
    """

    id = CuidField(primary_key=True)
    door = models.CharField(max_length=30, editable=False)
    account = models.CharField(
        max_length=100,
        blank=True,
        help_text="The other system's id of the account or location, if it has one.",
    )
    is_on = models.BooleanField("on", default=True)
    secrets = EncryptedField(
        associated_data="connections_connection.secrets",
        clean=as_it_is,
        blank=True,
        editable=False,
    )
    settings_json = models.JSONField(
        "settings", default=dict, blank=True, editable=False
    )
    secrets_set_at = models.DateTimeField(
        "secrets set", null=True, blank=True, editable=False
    )
    made_at = models.DateTimeField("made", default=clock.now, editable=False)

    objects: ClassVar[models.Manager] = models.Manager()
    history = History()

    class Meta:
        ordering = ["door", "account"]
        default_permissions = ("view", "change")
        permissions = [
            ("work_connection", "Can match, retry and dismiss what waits"),
        ]
        constraints = [
            models.CheckConstraint(
                name="connections_connection_door_is_a_name",
                condition=Q(door__regex=DOOR_NAME),
                violation_error_message="Choose a system from the list.",
            ),
            models.CheckConstraint(
                name="connections_connection_account_is_an_id",
                condition=Q(account__regex=ACCOUNT),
                violation_error_message=(
                    "An account ID can have letters, digits, dots, dashes and"
                    " underscores."
                ),
            ),
            models.UniqueConstraint(
                name="connections_connection_one_for_an_account",
                fields=["door", "account"],
                violation_error_message="This account is connected already.",
            ),
            models.CheckConstraint(
                name="connections_connection_settings_are_an_object",
                condition=Q(IsObject("settings_json")),
                violation_error_message="The settings must be a JSON object.",
            ),
            EncryptedConstraint(
                name="connections_connection_secrets_are_encrypted",
                encrypted="secrets",
                indexes=(),
                violation_error_message="The secrets must be encrypted.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.account}".strip()

    @property
    def secret_values(self) -> dict[str, str]:
        """The secrets by name; never shown to anybody."""
        return json.loads(self.secrets) if self.secrets else {}
