"""Further ways to reach a lead besides its own email and phone."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from leads import contact
from leads.models.lead import ERASED_SENTENCE, INDEXES_OF, Lead
from leads.models.lead_queries import (
    ActiveLeadRecordManager,
    LeadRecordQuerySet,
)
from leads.suppressed import refuse_new_contacts
from medspa import clock
from medspa.audit.history import History
from medspa.encryption.fields import (
    BlindIndexConstraint,
    BlindIndexField,
    EncryptedConstraint,
    EncryptedField,
)
from medspa.formats.phones import format_phone
from medspa.ids import CuidField
from medspa.soft_deletion import SoftDeletable

ONE_CONTACT = "Enter either an email or a phone."


class ContactPoint(SoftDeletable):
    """An email or a phone that a lead also has: a merge keeps the other lead's.

    Search and identity know it as well as the lead's own: its blind indexes are equal
    to those of leads.
    """

    id = CuidField(primary_key=True)
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, related_name="contact_points"
    )
    email = EncryptedField(
        "email",
        associated_data="leads_contactpoint.email",
        clean=contact.clean_email,
        blank=True,
    )
    email_index = BlindIndexField(
        of="email", column="leads_lead.email", normalize=contact.email_key
    )
    phone = EncryptedField(
        associated_data="leads_contactpoint.phone",
        clean=contact.clean_phone,
        blank=True,
    )
    phone_index = BlindIndexField(
        of="phone", column="leads_lead.phone", normalize=contact.phone_key
    )
    phone_last4_index = BlindIndexField(
        of="phone", column="leads_lead.phone_last4", normalize=contact.last_four
    )
    created_at = models.DateTimeField("added", default=clock.now, editable=False)

    all_objects: ClassVar[Any] = models.Manager.from_queryset(LeadRecordQuerySet)()
    objects: ClassVar[Any] = ActiveLeadRecordManager()
    history = History(
        excluded_fields=["email_index", "phone_index", "phone_last4_index"],
        no_db_index=["lead"],  # history is read by row
    )

    class Meta(SoftDeletable.Meta):
        ordering = ["created_at", "id"]
        constraints = [
            EncryptedConstraint(
                encrypted="email",
                indexes=["email_index"],
                name="leads_contactpoint_email_is_sealed_and_indexed",
                violation_error_message=contact.EMAIL_SENTENCE,
            ),
            EncryptedConstraint(
                encrypted="phone",
                indexes=["phone_index", "phone_last4_index"],
                name="leads_contactpoint_phone_is_sealed_and_indexed",
                violation_error_message=contact.PHONE_SENTENCE,
            ),
            BlindIndexConstraint(
                name="leads_contactpoint_is_one_email_or_phone",
                condition=Q(email_index=b"") ^ Q(phone_index=b""),
                violation_error_message=ONE_CONTACT,
            ),
        ]
        indexes = [
            models.Index(
                "email_index",
                name="leads_contactpoint_email",
                condition=~Q(email_index=b"") & Q(deleted_at=None),
            ),
            models.Index(
                "phone_index",
                name="leads_contactpoint_phone",
                condition=~Q(phone_index=b"") & Q(deleted_at=None),
            ),
            models.Index(
                "phone_last4_index",
                name="leads_contactpoint_last4",
                condition=~Q(phone_last4_index=b"") & Q(deleted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.for_people

    def clean(self) -> None:
        if bool(self.email) == bool(self.phone):
            raise ValidationError(ONE_CONTACT)
        # The database asks for leads that were not read here.
        if "lead" in self._state.fields_cache and self.lead.is_erased:
            raise ValidationError(ERASED_SENTENCE)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """The database is asked: an import, which has asked for all rows at once, calls
        only `clean`."""
        super().validate_constraints(exclude)
        refuse_new_contacts(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the blind indexes together with the fields that they index."""
        if (names := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = set(names).union(
                *(INDEXES_OF.get(name, set()) for name in names)
            )
        super().save(*args, **kwargs)

    @property
    def for_people(self) -> str:
        return self.email or format_phone(self.phone)

    @property
    def link(self) -> str:
        """What starts an email or a call."""
        return f"mailto:{self.email}" if self.email else f"tel:{self.phone}"
