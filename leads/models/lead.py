"""Somebody who may become a customer."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Concat
from django.utils.functional import cached_property

from campaigns.models import Campaign, Platform
from leads import contact, privacy
from leads.choices import Source
from leads.models.lead_lists import LONGEST_SLUG, source_choices
from leads.search import Search, SearchKind
from medspa import clock
from medspa.audit.history import History
from medspa.encryption.fields import (
    BlindIndexField,
    EncryptedConstraint,
    EncryptedField,
    surviving_damage,
)
from medspa.formats.phones import format_phone
from medspa.ids import CuidField
from medspa.lists.constraints import CodeIsListed
from medspa.lists.fields import ListedCodeField
from medspa.reading.short_names import CleanedCharField
from medspa.soft_deletion import ActiveManager, SoftDeletable, SoftDeletionQuerySet

NOT_DELETED = Q(deleted_at__isnull=True)
# The blind indexes that are written with an encrypted field, for `update_fields`.
INDEXES_OF = {
    "email": {"email_index"},
    "phone": {"phone_index", "phone_last4_index"},
}


# After every name that begins with a text, in the order of the index.
LAST_CHARACTER = "\U0010ffff"
# Numbers with the same last four digits that a search decrypts.
SUFFIXES_READ = 5_000


class Folded(Func):
    """A name as search and order compare it: without case, accents and apostrophes.

    `leads_fold` in `leads/sql/triggers.sql` is the one folding, for index and query.
    """

    function = "leads_fold"
    template = '%(function)s(%(expressions)s) COLLATE "C"'
    output_field = models.TextField()
    arity = 1


def _contact_points() -> Any:
    return apps.get_model("leads", "ContactPoint").objects.all()


def _indexed(rows: Any, column: str, text: str) -> Any:
    """The rows whose blind index is that of the text."""
    field: Any = rows.model._meta.get_field(column)
    # The indexes leave empty values out, so the query has to do so to use them.
    found = rows.filter(**{f"{column}__in": field.indexes(text)})
    return found.exclude(**{column: b""})


def named_like(rows: Any, path: str, prefix: str) -> Any:
    """The rows whose first name, at the end of `path`, begins with `prefix`."""
    key = Folded(Value(prefix))
    return rows.alias(name_key=Folded(path)).filter(
        name_key__gte=key, name_key__lt=Concat(key, Value(LAST_CHARACTER))
    )


class LeadQuerySet(SoftDeletionQuerySet):
    def visible_to(self, person: Any) -> Self:
        """The leads that the person may open: deleted ones only to restore them."""
        if not person.has_perm("leads.view_lead"):
            return self.none()
        return self if person.has_perm("leads.restore_lead") else self.active()

    def with_email(self, email: str) -> Self:
        """Leads with this address, however its letters are cased."""
        return self._with("email_index", email)

    def with_phone(self, phone: str) -> Self:
        """Leads with this number, given as E.164."""
        return self._with("phone_index", phone)

    def with_last_four(self, digits: str) -> Self:
        return self._with("phone_last4_index", digits)

    def with_email_or_phone(self, email: str, phone: str) -> Self:
        """Leads with the address or the number; an empty one is nobody's."""
        typed = {"email_index": email, "phone_index": phone}
        known = [(column, text) for column, text in typed.items() if text]
        return self._with_any(known) if known else self.none()

    def with_last_digits(self, digits: str) -> Self:
        """Leads whose number ends with these digits, more than four.

        Only the last four have an index. The few numbers that it leaves are decrypted
        here, at once.
        """
        last_four = "phone_last4_index", digits[-4:]
        leads = _indexed(Lead.all_objects.only("phone"), *last_four)
        points = _indexed(_contact_points(), *last_four)
        with surviving_damage():
            numbers = [(lead.pk, lead.phone) for lead in leads[:SUFFIXES_READ]]
            numbers += [(one.lead_id, one.phone) for one in points[:SUFFIXES_READ]]
        return self.filter(pk__in={pk for pk, text in numbers if text.endswith(digits)})

    def _with(self, column: str, text: str) -> Self:
        return self._with_any([(column, text)])

    def _with_any(self, values: Iterable[tuple[str, str]]) -> Self:
        """Leads with one of the values as their own or as a further contact.

        By each table's index: with OR PostgreSQL would use neither.
        """
        found = [
            ids
            for column, text in values
            for ids in (
                _indexed(Lead.all_objects.order_by(), column, text).values("pk"),
                _indexed(_contact_points().order_by(), column, text).values("lead"),
            )
        ]
        return self.filter(pk__in=found[0].union(*found[1:], all=True))

    def named_like(self, prefix: str) -> Self:
        """Leads whose first name begins with `prefix`; uses the name index.

        Accents, apostrophes and case make no difference: see `Folded`.
        """
        return named_like(self, "first_name", prefix)

    def search(self, text: str) -> Self:
        """By the typed email, phone, last digits, or start of a name."""
        search = Search.read(text)
        match search.kind:
            case SearchKind.EMAIL:
                return self.with_email(search.text)
            case SearchKind.PHONE:
                return self.with_phone(search.text)
            case SearchKind.LAST_FOUR:
                return self.with_last_four(search.text)
            case SearchKind.LAST_DIGITS:
                return self.with_last_digits(search.text)
            case SearchKind.NAME:
                return self.named_like(search.text)
            case SearchKind.NOTHING:
                return self.none()
        return self


class LivingLeadManager(ActiveManager.from_queryset(LeadQuerySet)):  # type: ignore[misc]
    """Only leads that are not deleted."""


class OfLead:
    """A query set of rows that belong to a lead; `lead_path` leads from them to it."""

    lead_path = "lead"

    def visible_to(self: Any, person: Any) -> Any:
        """Nothing of a lead that the person may not open; see the lead's own."""
        if person.has_perm("leads.restore_lead"):
            return self
        return self.filter(**{f"{self.lead_path}__deleted_at": None})


class OfLeadQuerySet(OfLead, models.QuerySet):
    """Rows that belong to a lead and stay as long as it does."""


class LeadRecordQuerySet(OfLead, SoftDeletionQuerySet):
    """Rows that belong to a lead and can be deleted by themselves."""


class ActiveLeadRecordManager(ActiveManager.from_queryset(LeadRecordQuerySet)):  # type: ignore[misc]
    """Only the rows that are not deleted themselves."""


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

    all_objects: ClassVar[Any] = models.Manager.from_queryset(LeadQuerySet)()
    objects: ClassVar[Any] = LivingLeadManager()
    history = History(
        excluded_fields=["email_index", "phone_index", "phone_last4_index"],
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
                condition=(
                    Q(first_name__regex=privacy.NAME_REGEX_IN_DATABASE)
                    & ~Q(first_name__iregex=privacy.TITLE_REGEX_IN_DATABASE)
                )
                | Q(first_name__iregex=privacy.DOUBLE_NAME_REGEX_IN_DATABASE),
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
            models.CheckConstraint(
                name="leads_lead_ad_platform_is_known",
                condition=Q(ad_platform__in=["", *Platform.values]),
                violation_error_message="Choose an ad platform from the list.",
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
                Folded("first_name"),
                "id",
                name="leads_lead_name_folded",
                condition=NOT_DELETED,
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
                "phone_last4_index",
                name="leads_lead_phone_last4",
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
        return self.first_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the blind indexes together with the fields that they index."""
        if (names := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = set(names).union(
                *(INDEXES_OF.get(name, set()) for name in names)
            )
        super().save(*args, **kwargs)

    def restore(self) -> None:
        """Restore the lead; raises ValidationError for one that was merged."""
        if self.is_deleted and self.merged_into.standing().exists():
            raise ValidationError(
                f"{self} was merged with another lead. Undo merge instead."
            )
        super().restore()

    restore.alters_data = True  # type: ignore[attr-defined]

    @cached_property
    def timeline_ids(self) -> list[str]:
        """This lead and those merged into it: their changes are in its timeline."""
        return [self.pk, *self.merges.standing().values_list("merged", flat=True)]

    @property
    def phone_for_people(self) -> str:
        return format_phone(self.phone)
