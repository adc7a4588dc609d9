"""What takes long to find out is measured by the worker and read from here."""

from django.db import models


class Measurement(models.Model):
    """The last time something was measured: its value, or why there is none.

    `problem` is a sentence without secrets; `value` means what `name` says.
    """

    name = models.CharField(primary_key=True, max_length=40)
    value = models.FloatField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    measured_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
