"""Counts of requests, of the whole site: every web process adds what it has counted."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class RequestTotal(models.Model):
    """All requests to a view that had this status, since the site was installed.

    `buckets` has, for each bound in `medspa.request_counts.counting.BOUNDS_MS` and one
    above them, how many requests took so long and no longer than the next.
    """

    view = models.CharField(max_length=100)
    status = models.SmallIntegerField()
    requests = models.BigIntegerField(default=0)
    milliseconds = models.BigIntegerField(default=0)
    buckets = ArrayField(models.BigIntegerField())

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["view", "status"],
                name="medspa_requesttotal_once_a_view_and_status",
                violation_error_message="These requests are counted already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.view} {self.status}"


class RequestMinute(models.Model):
    """A minute's requests; `errors` are those that we could not answer (5xx)."""

    minute = models.DateTimeField(primary_key=True)
    requests = models.IntegerField(default=0)
    errors = models.IntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="medspa_requestminute_errors_are_requests",
                condition=Q(errors__gte=0, errors__lte=F("requests")),
                violation_error_message="More errors than requests.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.minute}"
