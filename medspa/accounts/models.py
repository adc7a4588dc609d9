"""The people who sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from medspa.audit.history import History
from medspa.ids import CuidField


class User(AbstractUser):
    """Somebody of the clinic who signs in."""

    id = CuidField(primary_key=True)
    is_staff = models.BooleanField(
        "may sign in", default=True, help_text="Untick to shut somebody out."
    )

    # Sessions that began before are over; written by a trigger.
    sessions_ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = History(excluded_fields=["password", "last_login", "sessions_ended_at"])

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.first_name or self.username

    @property
    def may_sign_in(self) -> bool:
        return self.is_active and self.is_staff
