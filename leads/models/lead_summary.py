"""What the list filters and sorts by of each active lead's other rows."""

from datetime import UTC, datetime

from django.db import models

from leads.models.lead import Lead

# A contact or a call that never was, and a next step that nobody planned. As moments
# and not NULL, so that one range of an index is "before a day, or never".
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NOT_PLANNED = datetime(3000, 1, 1, tzinfo=UTC)


class LeadSummary(models.Model):
    """Last activity, last contact, next step and value of one active lead.

    Written by database triggers on leads, activities, tasks and opportunities, in the
    transaction of the change; a deleted lead has none.

    `active_at` is the last activity, or the creation of a lead without any. Contacts
    and calls are those by a person. `value_cents` is 0 without an opportunity.
    """

    lead = models.OneToOneField(
        Lead, on_delete=models.CASCADE, related_name="summary", primary_key=True
    )
    active_at = models.DateTimeField()
    contacted_at = models.DateTimeField(default=NEVER)
    called_at = models.DateTimeField(default=NEVER)
    next_due_at = models.DateTimeField(default=NOT_PLANNED)
    value_cents = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index("active_at", "lead", name="leads_leadsummary_active"),
            models.Index("contacted_at", "lead", name="leads_leadsummary_contacted"),
            models.Index("called_at", "lead", name="leads_leadsummary_called"),
            models.Index("next_due_at", "lead", name="leads_leadsummary_next_due"),
            models.Index("value_cents", "lead", name="leads_leadsummary_value"),
        ]

    def __str__(self) -> str:
        return f"summary of {self.lead}"
