"""The same rows in each state in which an address may name them.

A world has one row for every part of a path (`lead_id`, `event_id` …) and for every
table of the admin. In `own` all of it is the visitor's, in `other` somebody else's. In
`deleted` the lead and what people set up are deleted, in `merged` the lead was merged
into another, in `voided` the lead is there and what was recorded about it is not.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from commissions.models import CommissionRule
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.ids import new_id
from medspa.models import User
from tests import factories

GONE = ("deleted", "merged", "voided")
STATES = ("own", "other", *GONE)
# Whose name no page may print that hides the lead.
NAME = "Zelda"
# In which states a row differs from somebody else's: the others are not tried again.
LEAD = ("own", "other", "deleted", "merged")
RECORD = ("own", "other", "deleted", "merged", "voided")
SET_UP = ("other", "deleted")
STATES_OF: dict[str, tuple[str, ...]] = {
    "lead_id": LEAD,
    "other_id": LEAD,
    "period_id": LEAD,
    "activity_id": RECORD,
    "event_id": RECORD,
    "task": RECORD,
    "link": LEAD,
    "contact": LEAD,
    "opportunity": LEAD,
    "credit": RECORD,
    "stage_id": SET_UP,
    "campaign_id": SET_UP,
    "rule_id": SET_UP,
    "tag": SET_UP,
    "procedure_id": SET_UP,
    "source_id": SET_UP,
    "reason_id": SET_UP,
    "provider": SET_UP,
    "view_id": ("own", "other", "deleted"),
}
OWNED = ("own", "other")


def make_world(state: str, visitor: User) -> dict[str, Any]:
    """The rows by the names that addresses and forms have for them."""
    person = visitor if state == "own" else factories.UserFactory()
    lead = factories.LeadFactory(admitted=True, first_name=NAME, assigned_to=person)
    other = factories.LeadFactory(admitted=True)
    payment = factories.KpiEventFactory(lead=lead, paid=True)
    provider = factories.ProviderFactory(
        user=None if hasattr(person, "provider") else person
    )
    statement = factories.StatementFactory(provider=provider)
    line = factories.StatementLineFactory(statement=statement)
    run = factories.JobRunFactory(made_by=person)
    rows = {
        "lead_id": lead,
        "other_id": other,
        "period_id": lead.stage_periods.get(),
        "activity_id": factories.ActivityFactory(lead=lead, created_by=person),
        "task": factories.TaskFactory(lead=lead, assigned_to=person),
        "contact": factories.ContactPointFactory(lead=lead),
        "link": (link := factories.LeadTagFactory(lead=lead)),
        "tag": link.tag,
        "opportunity": factories.OpportunityFactory(lead=lead),
        "event_id": payment,
        "booking": factories.KpiEventFactory(lead=lead),
        "credit": factories.CreditFactory(kpi_event=payment, provider=provider),
        "stage_id": factories.StageFactory(),
        "other_stage": factories.StageFactory(),
        "form_id": factories.WebFormFactory(),
        "other_tag": factories.TagFactory(),
        "procedure_id": factories.ProcedureFactory(),
        "source_id": factories.LeadSourceFactory(),
        "reason_id": factories.LeadLostReasonFactory(),
        "procedure_name_id": factories.ProcedureNameFactory(),
        "suggestion": factories.TagSuggestionFactory(),
        "campaign_id": factories.CampaignSpendFactory().campaign,
        "provider": provider,
        "statement_id": statement,
        "line_id": line,
        "dispute_id": factories.DisputeFactory(statement=statement, line=line),
        "rule_id": factories.CommissionRuleFactory(),
        "view_id": factories.SavedViewFactory(owner=person),
        "run_id": run,
        "export_id": factories.LeadExportFactory(work=run),
        "fact": "source",
        "question": "consult_booked",
        "file_id": factories.ImportFileFactory(work=run),
        "bulk": factories.BulkRunFactory(made_by=person),
        "log": factories.ExportLogFactory(exported_by=person),
        "person": factories.UserFactory(),
        "connection_id": factories.ConnectionFactory(),
        "gohighlevel_id": factories.ConnectionFactory(door="gohighlevel"),
        "delivery_id": factories.ReceivedDeliveryFactory(),
        "unmatched_id": factories.UnmatchedEventFactory(),
        "difference_id": factories.FieldDifferenceFactory(),
        "batch_id": factories.IntakeBatchFactory(),
        "undo_id": factories.UndoRunFactory(),
        "hold_id": factories.LegalHoldFactory(lead=factories.LeadFactory()),
        "request_id": factories.ErasureRequestFactory(lead=factories.LeadFactory()),
        "certificate_id": factories.CertificateFactory(),
        "key_id": factories.ApiKeyFactory(),
        "endpoint_id": factories.WebhookEndpointFactory(),
        **links_of_people(),
        "passkey_id": factories.PasskeyFactory(),
        "session_key": factories.PersonSessionFactory(person=person),
        "group": Group.objects.first(),
    }
    _put_into(state, rows)
    return rows


def links_of_people() -> dict[str, Any]:
    """What stands in the addresses that emails to people contain."""
    someone = factories.UserFactory(email=f"{new_id()}@example.com")
    return {
        "person_id": someone,
        "invitation_token": factories.EmailedLinkFactory().token,
        "email_token": factories.EmailChangeFactory().token,
        "code": urlsafe_base64_encode(force_bytes(someone.pk)),
        "reset_token": default_token_generator.make_token(someone),
    }


DELETED = (
    "lead_id",
    "stage_id",
    "campaign_id",
    "view_id",
    "tag",
    "procedure_id",
    "source_id",
    "reason_id",
)


def _put_into(state: str, rows: dict[str, Any]) -> None:
    if state == "deleted":
        for name in DELETED:
            rows[name].delete()
        CommissionRule.objects.filter(pk=rows["rule_id"].pk).first().delete()
        rows["provider"].delete()
    if state == "merged":
        Lead.objects.get(pk=rows["lead_id"].pk).delete()
        factories.LeadMergeFactory(merged=rows["lead_id"], survivor=rows["other_id"])
    if state == "voided":
        KpiEvent.objects.filter(lead=rows["lead_id"]).delete()
        for name in ("activity_id", "task"):
            rows[name].delete()
