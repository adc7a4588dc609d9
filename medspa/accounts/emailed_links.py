"""Links that are sent by email and prove that the person reads that address.

A link holds the id of its row and a signature by `SECRET_KEY`: the table alone opens
nothing, and the worker that sends the email makes the link anew. Each works once, for
one address, until it expires or is replaced.
"""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from medspa import clock
from medspa.ids import CuidField
from medspa.validation import Validated

SIGNER = Signer(salt="medspa.emailed-link", sep=".")


class LinkKind(models.TextChoices):
    INVITATION = "invitation", "Invitation"
    EMAIL_CHANGE = "email_change", "Change of email"


VALID_FOR = {
    LinkKind.INVITATION.value: timedelta(days=7),
    LinkKind.EMAIL_CHANGE.value: timedelta(days=2),
}
NOT_ENDED = Q(used_at__isnull=True, revoked_at__isnull=True)


class EmailedLinkQuerySet(models.QuerySet["EmailedLink"]):
    def not_ended(self) -> Self:
        """Neither used nor replaced; it may have expired."""
        return self.filter(NOT_ENDED)

    def revoke(self) -> int:
        """End those that are open; how many there were."""
        return self.not_ended().update(revoked_at=clock.now())

    def usable(self) -> Self:
        return self.not_ended().filter(expires_at__gt=clock.now())

    def with_token(self, token: str, kind: LinkKind) -> "EmailedLink | None":
        """The link, whatever its state; None for a token that we have not made."""
        try:
            pk = SIGNER.unsign(token)
        except BadSignature:
            return None
        links = self.select_related("person", "created_by")
        return links.filter(pk=pk, kind=kind).first()


class EmailedLink(Validated):
    """A link that was sent to `email`, for `person` to accept an invitation or confirm
    a new address."""

    id = CuidField(primary_key=True)
    kind = models.CharField(max_length=20, choices=LinkKind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="emailed_links"
    )
    email = models.EmailField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    # Why the last try to send it failed; empty before the first, and once it is sent.
    send_problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField("created", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("expires", editable=False)
    sent_at = models.DateTimeField("sent", null=True, blank=True, editable=False)
    used_at = models.DateTimeField("used", null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField("revoked", null=True, blank=True, editable=False)

    objects = EmailedLinkQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="medspa_emailedlink_kind_is_known",
                condition=Q(kind__in=LinkKind.values),
                violation_error_message="Choose a kind of link from the list.",
            ),
            models.CheckConstraint(
                name="medspa_emailedlink_has_an_address",
                condition=~Q(email=""),
                violation_error_message="A link needs an email address.",
            ),
            models.CheckConstraint(
                name="medspa_emailedlink_expires_later",
                condition=Q(expires_at__gt=F("created_at")),
                violation_error_message="A link expires after it was created.",
            ),
            models.CheckConstraint(
                name="medspa_emailedlink_ends_once",
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                violation_error_message="A link that was used can't be revoked.",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                name="medspa_emailedlink_is_the_only_open_one",
                condition=NOT_ENDED,
                violation_error_message="There is already an open link.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.email}"

    @property
    def token(self) -> str:
        return SIGNER.sign(self.pk)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= clock.now()

    @property
    def is_usable(self) -> bool:
        return self.used_at is None and self.revoked_at is None and not self.is_expired
