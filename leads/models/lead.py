"""Somebody who may become a customer."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from campaigns.models import Campaign, Platform
from leads import contact, privacy
from leads.choices import Source
from leads.models.lead_lists import LONGEST_SLUG, source_choices
from leads.models.lead_queries import (
    Folded,
    IsGivenName,
    LeadQuerySet,
    LivingLeadManager,
)
from leads.suppressed import refuse_contacts, refuse_new_contacts
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
from medspa.lists.constraints import CodeIsListed
from medspa.lists.fields import ListedCodeField
from medspa.reading.short_names import CleanedCharField
from medspa.soft_deletion import SoftDeletable

# Migrations import `Folded` from here.
__all__ = ["Folded", "Lead"]

NOT_DELETED = Q(deleted_at__isnull=True)
# The first name of a lead whose person was erased.
ERASED_NAME = "Erased"
ERASED_SENTENCE = (
    "This person was erased. Their name and contacts can't be added again."
)
# The blind indexes that are written with an encrypted field, for `update_fields`.
INDEXES_OF = {
    "email": {"email_index"},
    "phone": {"phone_index", "phone_last4_index"},
}


class Lead(SoftDeletable):
    """Somebody who may become a customer: a first name and how to reach them."""

    id = CuidField(primary_key=True)
    external_id = CleanedCharField(
        "GoHighLevel contact ID",
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": "Another lead already has this contact ID."},
    )
    first_name = CleanedCharField(
        "first name",
        max_length=privacy.MAX_NAME_LENGTH,
        validators=[privacy.require_given_name],
    )
    email = EncryptedField(
        "email",
        associated_data="leads_lead.email",
        clean=contact.clean_email,
        blank=True,
    )
    email_index = BlindIndexField(
        of="email", column="leads_lead.email", normalize=contact.email_key
    )
    phone = EncryptedField(
        associated_data="leads_lead.phone", clean=contact.clean_phone, blank=True
    )
    phone_index = BlindIndexField(
        of="phone", column="leads_lead.phone", normalize=contact.phone_key
    )
    phone_last4_index = BlindIndexField(
        of="phone", column="leads_lead.phone_last4", normalize=contact.last_four
    )
    source = ListedCodeField(
        max_length=LONGEST_SLUG, choices=source_choices, default=Source.OTHER
    )
    # Asked by the desk and kept apart: the source is what the lead came by. NULL, since
    # a foreign key refuses an empty text.
    heard_from = ListedCodeField(
        "heard about us from",
        max_length=LONGEST_SLUG,
        choices=source_choices,
        null=True,
        blank=True,
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        related_name="leads",
        null=True,
        blank=True,
    )
    ad_platform = models.CharField(
        "ad platform", max_length=20, choices=Platform, blank=True
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="leads",
        null=True,
        blank=True,
        verbose_name="assigned to",
    )
    # Imported more than a day after it was created: nobody here could answer in time.
    is_backfilled = models.BooleanField(
        "imported later", default=False, db_default=False, editable=False
    )
    created_at = models.DateTimeField("created", default=clock.now, editable=False)
    # Where a file gave only the date, `created_at` is that day's midnight.
    created_time_known = models.BooleanField(
        "time of day known", default=True, db_default=True, editable=False
    )
    updated_at = models.DateTimeField("changed", auto_now=True)
    # Since when they asked not to be called, texted or emailed.
    do_not_contact_at = models.DateTimeField(
        "do not contact since", null=True, blank=True, editable=False
    )
    # Set by `safekeeping.erasure`, for good: the person is gone, the figures stay.
    erased_at = models.DateTimeField("erased", null=True, blank=True, editable=False)

    all_objects: ClassVar[Any] = models.Manager.from_queryset(LeadQuerySet)()
    objects: ClassVar[Any] = LivingLeadManager()
    history = History(
        excluded_fields=[
            "email_index",
            "phone_index",
            "phone_last4_index",
            "erased_at",
        ],
        # History is read by lead and by time.
        no_db_index=["external_id", "campaign", "assigned_to"],
    )

    class Meta(SoftDeletable.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="leads_lead_external_id_is_of_gohighlevel",
                condition=Q(external_id__regex=f"^{contact.CONTACT_ID_PATTERN}$"),
                violation_error_message=contact.CONTACT_ID_SENTENCE,
            ),
            models.CheckConstraint(
                name="leads_lead_first_name_is_one_given_name",
                condition=Q(IsGivenName("first_name")),
                violation_error_message=(
                    "Enter one first name. Last names aren't stored."
                ),
            ),
            CodeIsListed(
                name="leads_lead_source_is_listed",
                field="source",
                to="leads.LeadSource",
                violation_error_message="Choose a source from the list.",
            ),
            CodeIsListed(
                name="leads_lead_heard_from_is_listed",
                field="heard_from",
                to="leads.LeadSource",
                violation_error_message="Choose a source from the list.",
            ),
            models.CheckConstraint(
                name="leads_lead_ad_platform_is_known",
                condition=Q(ad_platform__in=["", *Platform.values]),
                violation_error_message="Choose an ad platform from the list.",
            ),
            BlindIndexConstraint(
                name="leads_lead_erased_is_nobody",
                condition=Q(erased_at__isnull=True)
                | Q(
                    first_name=ERASED_NAME,
                    email_index=b"",
                    phone_index=b"",
                    external_id__isnull=True,
                ),
                violation_error_message=ERASED_SENTENCE,
            ),
            EncryptedConstraint(
                encrypted="email",
                indexes=["email_index"],
                name="leads_lead_email_is_sealed_and_indexed",
                violation_error_message=contact.EMAIL_SENTENCE,
            ),
            EncryptedConstraint(
                encrypted="phone",
                indexes=["phone_index", "phone_last4_index"],
                name="leads_lead_phone_is_sealed_and_indexed",
                violation_error_message=contact.PHONE_SENTENCE,
            ),
        ]
        indexes = [
            models.Index(
                "created_at", "id", name="leads_lead_created", condition=NOT_DELETED
            ),
            models.Index(
                "source",
                "created_at",
                "id",
                name="leads_lead_source",
                condition=NOT_DELETED,
            ),
            models.Index(
                "campaign",
                "created_at",
                "id",
                name="leads_lead_campaign_created",
                condition=NOT_DELETED,
            ),
            models.Index(
                "ad_platform",
                "created_at",
                "id",
                name="leads_lead_platform",
                condition=NOT_DELETED & ~Q(ad_platform=""),
            ),
            models.Index(
                # With the name itself, so that counting the names that begin with a
                # text reads no lead: 0.7 instead of 14 ms at a million. With the
                # moment, so that the newest are found so as well: 4 instead of 11.
                Folded("first_name"),
                "id",
                name="leads_lead_name_created",
                condition=NOT_DELETED,
                include=["first_name", "created_at"],
            ),
            models.Index(
                "deleted_at",
                "id",
                name="leads_lead_deleted_at",
                condition=Q(deleted_at__isnull=False),
            ),
            models.Index(
                "email_index",
                name="leads_lead_email",
                condition=~Q(email_index=b""),
            ),
            models.Index(
                "phone_index",
                name="leads_lead_phone",
                condition=~Q(phone_index=b""),
            ),
            models.Index(
                # In the order of the list: the first page of the leads who share four
                # digits is read without the others.
                "phone_last4_index",
                "created_at",
                "id",
                name="leads_lead_last4_created",
                condition=~Q(phone_last4_index=b""),
            ),
        ]
        permissions = [
            ("restore_lead", "Can restore deleted leads"),
            ("bulk_delete_lead", "Can delete many leads at once"),
            ("export_lead", "Can export leads"),
            ("merge_lead", "Can merge leads"),
            ("import_lead", "Can import leads"),
            ("read_history", "Can read the history of leads"),
            ("put_back", "Can restore past values"),
        ]

    def __str__(self) -> str:
        # By the name: lists read few columns, and another one would cost a query each.
        return "Erased lead" if self.first_name == ERASED_NAME else self.first_name

    def clean(self) -> None:
        if self.is_erased and (
            self.first_name != ERASED_NAME
            or self.email
            or self.phone
            or self.external_id
        ):
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

    def restore(self) -> None:
        """Restore the lead.

        Raises ValidationError for one that was merged, and for a person who was erased.
        """
        if self.is_deleted and self.merged_into.standing().exists():
            raise ValidationError(
                f"{self} was merged with another lead. Undo merge instead."
            )
        if self.is_deleted:
            refuse_contacts(self)
        super().restore()

    restore.alters_data = True  # type: ignore[attr-defined]

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None

    @cached_property
    def timeline_ids(self) -> list[str]:
        """This lead and those merged into it: their changes are in its timeline."""
        return [self.pk, *self.merges.standing().values_list("merged", flat=True)]

    @property
    def phone_for_people(self) -> str:
        return format_phone(self.phone)
