"""Whom the clinic knows already by the email or the phone that is being typed."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from leads.contact import email_key, is_same_phone, phone_key
from leads.models import Lead, LeadMerge, LeadStage
from leads.models.lead_queries import blind_indexes
from leads.services.matching import names_agree
from medspa import clock
from medspa.encryption.fields import surviving_damage
from medspa.models import User
from medspa.postgres.written_query import (
    Given,
    WrittenQuery,
    WrittenRows,
    is_one_of,
)
from medspa.templatetags.clinic import ago

# Several people share the phone of a family or an office.
MOST_ALIKE_SHOWN = 3
# A lead as young as this was probably added for the same person at the same time.
JUST_ADDED = timedelta(minutes=10)


@dataclass(frozen=True)
class KnownPerson:
    """A lead with the same email or phone; `stage` is where it is now.

    `is_same` where the email or the first name agree too: a phone alone is shared.
    `added` says who added the lead, if that was just now.
    """

    lead: Lead
    stage: str
    is_same: bool
    added: str = ""

    @property
    def facts(self) -> list[str]:
        """How to reach the person, and where the lead is now."""
        contact = self.lead.phone_for_people or self.lead.email
        return [fact for fact in (contact, self.stage) if fact]


def people_like(typed: Lead, viewer: User | AnonymousUser) -> list[KnownPerson]:
    """At most `MOST_ALIKE_SHOWN`, the likeliest first, of those the viewer may open.

    `typed` is a lead that is not saved; its email and phone are clean. One statement if
    it is nobody, as nearly always, else two.
    """
    typed_columns = {"email_index": typed.email, "phone_index": typed.phone}
    given = {
        name: blind_indexes(name, text) for name, text in typed_columns.items() if text
    }
    if not given or not viewer.has_perm("leads.view_lead"):
        return []
    ids = [row["pk"] for row in _ids_with(tuple(given)).read(**given)]
    if not ids:
        return []
    leads = _leads_like(viewer.has_perm("leads.restore_lead")).every(ids=ids)
    with surviving_damage():
        found = [
            _known(lead, typed)
            for lead in leads
            if not _is_other_extension(lead, typed)
        ]
    found.sort(key=lambda known: (known.lead.is_deleted, not known.is_same))
    return found[:MOST_ALIKE_SHOWN]


@cache
def _ids_with(columns: tuple[str, ...]) -> WrittenRows:
    """Written once: it is asked while somebody types."""
    return WrittenRows(
        Lead.all_objects.ids_with((name, Given(name)) for name in columns)
    )


@cache
def _leads_like(deleted_too: bool) -> WrittenQuery[Lead]:
    """To write it takes 5 ms."""
    now_at = LeadStage.objects.filter(lead=OuterRef("pk"), left_at=None)
    first = Lead.history.filter(id=OuterRef("pk"), history_type="+")
    merges = LeadMerge.objects.standing().filter(merged=OuterRef("pk"))
    every = Lead.all_objects.all() if deleted_too else Lead.all_objects.active()
    leads = (
        every.filter(is_one_of("pk", Given("ids")))
        # Whoever a lead was merged into has its email and phone.
        .exclude(Exists(merges))
        .annotate(
            stage_now=Subquery(now_at.values("stage__name")[:1]),
            added_by=Subquery(
                first.annotate(who=_NAME).order_by("history_id").values("who")[:1]
            ),
        )
        .order_by("-created_at", "-pk")
    )
    return WrittenQuery(leads[: 5 * MOST_ALIKE_SHOWN])


# As `str(user)` says it.
_NAME = Coalesce(
    NullIf(F("history_user__first_name"), Value("")), F("history_user__username")
)


def _is_other_extension(lead: Lead, typed: Lead) -> bool:
    """Two people of one office; unless the email is the same."""
    return (
        phone_key(lead.phone) == phone_key(typed.phone)
        and not is_same_phone(lead.phone, typed.phone)
        and not _has_same_email(lead, typed)
    )


def _has_same_email(lead: Lead, typed: Lead) -> bool:
    return bool(typed.email) and email_key(lead.email) == email_key(typed.email)


def _known(lead: Lead, typed: Lead) -> KnownPerson:
    return KnownPerson(
        lead,
        lead.stage_now or "",  # type: ignore[attr-defined]
        _has_same_email(lead, typed) or names_agree(lead, typed),
        _added(lead),
    )


def _added(lead: Lead) -> str:
    """`Added by Maria 4 min ago`; empty for a lead that has been here longer."""
    age = clock.now() - lead.created_at
    who = getattr(lead, "added_by", "")
    if age > JUST_ADDED or lead.is_deleted or not who:
        return ""
    return f"Added by {who} {ago(lead.created_at)}"
