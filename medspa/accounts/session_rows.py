"""The table of sessions."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from medspa.accounts.devices import LONGEST_DEVICE


class PersonSession(AbstractBaseSession):
    """A browser in which somebody signed in; `person` is empty before that.

    `session_key` is a hash of what the browser's cookie holds. The other columns repeat
    what `session_data` says, so that people can see where they are signed in.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="sessions",
        null=True,
    )
    device = models.CharField(max_length=LONGEST_DEVICE, blank=True)
    address = models.GenericIPAddressField("network address", null=True)
    begun_at = models.DateTimeField("signed in", null=True)
    seen_at = models.DateTimeField("last active", null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.device} from {self.address}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from medspa.accounts.sessions import SessionStore

        return SessionStore
