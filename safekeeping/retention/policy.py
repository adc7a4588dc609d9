"""The policy as data: for every table how long it is kept, from when, and what stays.

`RULES` are carried out by the nightly job; `KEPT` says of every other table why it has
no rule of its own. A test fails when a model is in neither.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from leads.models import (
    BulkRun,
    ContactPoint,
    ExportLog,
    Lead,
    LeadTag,
    Opportunity,
)
from medspa.audit.changing_history import remove_history
from medspa.clinic.current import current_clinic
from medspa.clinic_time import clinic_zone, start_of_day
from medspa.models import AuditEvent, EmailedLink
from medspa.months import years_before
from safekeeping.retention import removing
from safekeeping.retention.due import DueQuery, query
from safekeeping.retention.removing import Counts

Remove = Callable[[Sequence[Any], datetime, Collection[str]], Counts]
LEADS, EVENTS, ACTIVITIES = (
    "leads_kept_years",
    "kpi_events_kept_years",
    "activities_kept_years",
)
# Never chosen by the clinic: who did what must be answerable as long as leads are.
AUDIT_YEARS = 7
LINK_YEARS = 1


@dataclass(frozen=True)
class RetentionRule:
    """One rule. `years` names the clinic's setting, or is a number of years.

    `tables` are the models that it is about; `since`, `goes` and `stays` are for
    people. With `is_of_leads` a legal hold of all leads suspends it.
    """

    key: str
    label: str
    tables: tuple[str, ...]
    years: str | int
    since: str
    goes: str
    stays: str
    due: DueQuery
    remove: Remove
    at_once: int = 500
    is_of_leads: bool = True

    @property
    def kept_years(self) -> int:
        if isinstance(self.years, int):
            return self.years
        return int(getattr(current_clinic(), self.years))

    def cutoff(self, today: date) -> datetime:
        """What is from before this moment is over."""
        return start_of_day(years_before(today, self.kept_years), clinic_zone())


def _simple(remove: Callable[[Sequence[Any]], Counts]) -> Remove:
    return lambda ids, cutoff, held: remove(ids)


def _looking_through(rows: str, name: str) -> DueQuery:
    return DueQuery(query(name), looked=query(f"{rows}_looked"))


def _history_rule(model: Any, years: str, of_lead: str = "lead_id") -> RetentionRule:
    history: Any = model.history.model
    label = str(model._meta.verbose_name)
    return RetentionRule(
        key=f"history_of_{model._meta.model_name}",
        label=f"History of each {label}",
        tables=(history._meta.label,),
        years=years,
        since="the change",
        goes="Who changed what, and from which value.",
        stays="Today's values.",
        due=DueQuery(
            query("history", table=history._meta.db_table, of_lead=of_lead), 0
        ),
        remove=_simple(
            lambda ids: {
                history._meta.label: remove_history(
                    history, ids, why=removing.REMOVED_REASON
                )
            }
        ),
    )


def _by_time(model: Any, column: str, years: int | str, goes: str) -> RetentionRule:
    label = str(model._meta.verbose_name_plural)
    return RetentionRule(
        key=str(model._meta.model_name),
        label=label[:1].upper() + label[1:],
        tables=(model._meta.label,),
        years=years,
        since="the day it was written",
        goes=goes,
        stays="Nothing.",
        due=DueQuery(query("by_time", table=model._meta.db_table, column=column)),
        remove=_simple(
            lambda ids: {model._meta.label: removing.remove_with_parts(model, ids)}
        ),
        is_of_leads=False,
    )


RULES: tuple[RetentionRule, ...] = (
    RetentionRule(
        key="activities",
        label="Activities",
        tables=("leads.Activity", "leads.ActivityHistory"),
        years=ACTIVITIES,
        since="the activity",
        goes="Calls, texts, emails, forms, stage and tag notes, with their history.",
        stays="The moment of a lead's first touch: speed to lead is counted from it.",
        due=_looking_through("activities", "activities"),
        remove=_simple(removing.remove_activities),
    ),
    RetentionRule(
        key="touches",
        label="First touches",
        tables=(),
        years=ACTIVITIES,
        since="the activity",
        goes="Who made the first call or text, its outcome, and its history.",
        stays="Its moment, and whether a person made it.",
        due=_looking_through("activities", "touches"),
        remove=_simple(removing.reduce_touches),
    ),
    RetentionRule(
        key="tasks",
        label="Next steps",
        tables=("leads.Task", "leads.TaskHistory"),
        years=ACTIVITIES,
        since="the day it was done or deleted",
        goes="The step and its history. Open ones stay until their lead goes.",
        stays="Nothing.",
        due=DueQuery(query("tasks")),
        remove=_simple(removing.remove_tasks),
    ),
    _history_rule(LeadTag, ACTIVITIES),
    _history_rule(Opportunity, ACTIVITIES),
    RetentionRule(
        key="voided_events",
        label="Voided payments and events",
        tables=(),
        years=EVENTS,
        since="the event",
        goes="The event and its history. It isn't counted in reports.",
        stays="Nothing. One that a credit, a refund or a statement names stays.",
        due=_looking_through("events", "voided_events"),
        remove=_simple(removing.remove_voided_events),
    ),
    RetentionRule(
        key="events",
        label="Payments and events",
        tables=(
            "kpis.KpiEvent",
            "kpis.KpiEventHistory",
            "kpis.ConsultDetailsHistory",
        ),
        years=EVENTS,
        since="the event",
        goes="Ad click ids and all history: who recorded, voided or changed it.",
        stays="A figure: type, moment, amount, procedure, campaign. It is anonymous "
        "once its lead goes.",
        due=_looking_through("events", "events"),
        remove=_simple(removing.reduce_events),
    ),
    RetentionRule(
        key="leads",
        label="Leads",
        tables=(
            "leads.Lead",
            "leads.LeadHistory",
            "leads.ContactPoint",
            "leads.ContactPointHistory",
            "leads.LeadTagHistory",
            "leads.OpportunityHistory",
            "commissions.LeadProviderHistory",
        ),
        years=LEADS,
        since="the last activity, event, next step, stage move or change",
        goes="Name, email, phone, contact ID, further contacts, next steps, and all "
        "history.",
        stays="An anonymous row with source, campaign, tags, stages and events: what "
        "past months are counted from.",
        due=_looking_through("leads", "leads"),
        remove=removing.remove_leads,
        at_once=5,
    ),
    _history_rule(Lead, LEADS, "id"),
    _history_rule(ContactPoint, LEADS),
    _by_time(ExportLog, "created_at", ACTIVITIES, "Who exported how many leads."),
    _by_time(
        BulkRun, "created_at", ACTIVITIES, "Bulk actions, and which leads they changed."
    ),
    _by_time(EmailedLink, "expires_at", LINK_YEARS, "Invitations and password links."),
    RetentionRule(
        key="auditevent",
        label="Audit log",
        tables=("medspa.AuditEvent",),
        years=AUDIT_YEARS,
        since="the event",
        goes="Who signed in, exported, saw or did what.",
        stays="The seals over the removed lines.",
        due=DueQuery(query("by_time", table="medspa_auditevent", column="occurred_at")),
        remove=_simple(
            lambda ids: {
                "medspa.AuditEvent": remove_history(
                    AuditEvent, ids, why=removing.REMOVED_REASON
                )
            }
        ),
        is_of_leads=False,
    ),
)

WITH_LEAD = "Kept with its lead, and anonymous when the lead is."
WITH_ITS_ROW = "Kept with its lead or event; gone when it is erased."
FIGURE = "Sums and figures; they name no one."
SETUP = "How the clinic is set up; no lead's data."
PAY_RECORDS = "Pay records of the clinic's people; they name no lead."
STAFF = "The clinic's own people, as long as history names them."
PROOF = "Proof of what was removed; hashes and counts."
TIDIED = "Removed by the nightly tidy job within 90 days."
MOMENT = "Gone within minutes or hours by itself."
FRAMEWORK = "Names of tables and permissions."
# Rows kept for one of these reasons don't go by themselves.
STAYING = {WITH_LEAD, WITH_ITS_ROW, FIGURE, SETUP, PAY_RECORDS, STAFF, PROOF}

# Why every other table has no rule.
KEPT: dict[str, str] = {
    "leads.LeadArrival": WITH_LEAD,
    "leads.LeadStage": WITH_LEAD,
    "leads.LeadTag": WITH_LEAD,
    "leads.Opportunity": WITH_LEAD,
    "leads.LeadMerge": WITH_LEAD,
    "leads.LeadSummary": WITH_LEAD,
    "connections.WebFormCount": "Hashed addresses, removed by the nightly tidy job.",
    "connections.ExternalId": WITH_ITS_ROW,
    "connections.ItemOutcome": "Ids, codes and names of fields; removed after 90 days.",
    "connections.IntakeBatch": "Titles of imports, removed after 90 days.",
    "connections.UndoRun": "Who undid what; names no one, removed after 90 days.",
    "connections.ReceivedDelivery": "Emptied when it is done, removed after 30 days. "
    "What waits for a decision stays until it is made.",
    "connections.UnmatchedEvent": "Emptied when it is matched or dismissed, removed "
    "90 days later.",
    "connections.DeliveryCount": FIGURE,
    "connections.PaymentRank": SETUP,
    "connections.OpenBreaker": "Since when a system isn't asked; no lead's data.",
    "connections.StreamState": "How far each stream was read; no lead's data.",
    "connections.FieldDifference": "Names of fields; gone when their lead is erased.",
    "connections.KnownThere": "Keyed hashes; gone when their lead is erased.",
    "connections.OutgoingChange": "Names of fields, kept with their lead.",
    "api.ApiKey": SETUP,
    "api.ApiSecret": SETUP,
    "api.ApiKeyUse": MOMENT,
    "api.OutboxPosition": MOMENT,
    "api.WebhookEndpoint": SETUP,
    "api.WebhookSecret": SETUP,
    "api.WebhookEvent": "Ids, codes and amounts, removed after 30 days.",
    "api.WebhookDelivery": "Removed with its event after 30 days.",
    "api.IdempotentAnswer": "Encrypted, removed after a day.",
    "api.LeadExport": "Names of filters and a number; goes with its job.",
    "api.LeadExportChunk": "IDs of leads, and of a file its encrypted rows: removed "
    "after a day, or when someone in it is erased.",
    "leads.QueueClaim": MOMENT,
    "leads.BulkChunk": "Removed with its bulk action.",
    "leads.ImportFile": "Contents are emptied after a day; the rest goes with its job.",
    "leads.ImportChunk": "Emptied after a day.",
    "leads.StageTotal": FIGURE,
    "kpis.ConsultDetails": WITH_LEAD,
    "kpis.DaySum": FIGURE,
    "kpis.DirtySubject": MOMENT,
    "kpis.Fact": FIGURE,
    "kpis.MonthSnapshot": FIGURE,
    "kpis.Repeat": FIGURE,
    "kpis.RollupState": FIGURE,
    "kpis.StageFlow": FIGURE,
    "kpis.StagePeriodSum": FIGURE,
    "kpis.StepSum": FIGURE,
    "kpis.WaitSum": FIGURE,
    "commissions.LeadProvider": WITH_LEAD,
    "commissions.OpenPayment": WITH_LEAD,
    "commissions.InputChange": MOMENT,
    **dict.fromkeys(
        (
            "commissions.Credit",
            "commissions.CreditHistory",
            "commissions.Dispute",
            "commissions.DisputeHistory",
            "commissions.Statement",
            "commissions.StatementHistory",
            "commissions.StatementLine",
            "commissions.ReconciledMonth",
        ),
        PAY_RECORDS,
    ),
    **dict.fromkeys(
        (
            "campaigns.Campaign",
            "campaigns.CampaignAlias",
            "campaigns.CampaignAliasHistory",
            "campaigns.CampaignHistory",
            "campaigns.CampaignSpend",
            "campaigns.CampaignSpendHistory",
            "commissions.CommissionRule",
            "commissions.CommissionRuleHistory",
            "commissions.Provider",
            "commissions.ProviderHistory",
            "connections.WebForm",
            "connections.WebFormHistory",
            "connections.WebFormWording",
            "connections.Connection",
            "connections.ConnectionHistory",
            "connections.FileColumns",
            "leads.LeadLostReason",
            "leads.LeadLostReasonHistory",
            "leads.LeadSource",
            "leads.LeadSourceHistory",
            "leads.ListSettings",
            "leads.PinnedView",
            "leads.PipelineStage",
            "leads.PipelineStageHistory",
            "leads.Procedure",
            "leads.ProcedureHistory",
            "leads.ProcedureName",
            "leads.ProcedureNameHistory",
            "leads.SavedView",
            "leads.SavedViewHistory",
            "leads.Tag",
            "leads.TagHistory",
            "leads.TagSuggestion",
            "medspa.Clinic",
            "medspa.ClinicHistory",
            "medspa.ClinicLogo",
            "medspa.KeyCheck",
        ),
        SETUP,
    ),
    **dict.fromkeys(
        (
            "auth.Group",
            "auth.Group_permissions",
            "medspa.KnownDevice",
            "medspa.Passkey",
            "medspa.RecoveryCode",
            "medspa.TotpDevice",
            "medspa.User",
            "medspa.UserHistory",
            "medspa.User_groups",
            "medspa.User_groupsHistory",
            "medspa.User_user_permissions",
        ),
        STAFF,
    ),
    **dict.fromkeys(
        (
            "axes.AccessAttempt",
            "axes.AccessAttemptExpiration",
            "axes.AccessFailureLog",
            "axes.AccessLog",
            "medspa.Alert",
            "medspa.AlertMessage",
            "medspa.JobRun",
            "medspa.Measurement",
            "medspa.OwnerLink",
            "medspa.PersonSession",
            "medspa.RequestMinute",
            "medspa.RequestTotal",
            "medspa.ResetRequest",
            "procrastinate.ProcrastinateEvent",
            "procrastinate.ProcrastinateJob",
            "procrastinate.ProcrastinatePeriodicDefer",
            "procrastinate.ProcrastinateWorker",
            "sessions.Session",
        ),
        TIDIED,
    ),
    **dict.fromkeys(
        (
            "medspa.HistoryChange",
            "safekeeping.Backup",
            "safekeeping.BackupDrill",
            "safekeeping.LogArchive",
            "safekeeping.Certificate",
            "safekeeping.ErasedLead",
            "safekeeping.ErasureRequest",
            "safekeeping.LegalHold",
            "safekeeping.RetentionNight",
            "safekeeping.Seal",
            "safekeeping.SealedRows",
            "safekeeping.SuppressedContact",
        ),
        PROOF,
    ),
    "admin.LogEntry": "The theme's log of edits; an erasure clears the name.",
    "auth.Permission": FRAMEWORK,
    "contenttypes.ContentType": FRAMEWORK,
}
