"""Who is working which lead of the queue."""

from django.conf import settings
from django.db import models

from leads.models.lead import Lead


class QueueClaim(models.Model):
    """A person works a lead until a moment: the queue gives it to nobody else.

    `is_worked` is true once an outcome was logged.
    """

    lead = models.OneToOneField(
        Lead, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    claimed_until = models.DateTimeField()
    is_worked = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.lead}, {self.person}"
