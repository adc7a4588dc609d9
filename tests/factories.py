"""Rows for tests: every model, valid and obviously invented."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from api.models import ApiKey, LeadExport, WebhookEndpoint
from campaigns.models import Campaign, CampaignAlias, CampaignSpend
from commissions.models import (
    CommissionRule,
    Credit,
    Dispute,
    Provider,
    Statement,
    StatementLine,
)
from connections.items import IncomingEvent
from connections.models import (
    Connection,
    DeliveryCount,
    ExternalId,
    FieldDifference,
    FileColumns,
    IntakeBatch,
    ItemOutcome,
    KnownThere,
    OutgoingChange,
    PaymentRank,
    ReceivedDelivery,
    StreamState,
    UndoRun,
    UnmatchedEvent,
    WebForm,
)
from connections.web_forms.saving import save_form
from kpis.choices import Kind
from kpis.models import ConsultDetails, KpiEvent
from leads.choices import ActivityType, NextStep, Outcome
from leads.models import (
    Activity,
    BulkChunk,
    BulkRun,
    ContactPoint,
    ExportLog,
    ImportChunk,
    ImportFile,
    Lead,
    LeadArrival,
    LeadLostReason,
    LeadMerge,
    LeadSource,
    LeadStage,
    LeadTag,
    Opportunity,
    PinnedView,
    PipelineStage,
    Procedure,
    ProcedureName,
    SavedView,
    Tag,
    TagSuggestion,
    Task,
)
from leads.services.pipeline import create_lead
from medspa import clock
from medspa.models import (
    AuditEvent,
    EmailedLink,
    HistoryChange,
    JobRun,
    LinkKind,
    Passkey,
    PersonSession,
    TotpDevice,
    User,
)
from medspa.months import last_day
from safekeeping.certificates.signing import issue
from safekeeping.models import (
    Backup,
    BackupDrill,
    Certificate,
    CertificateKind,
    ErasedLead,
    ErasureRequest,
    LegalHold,
    RetentionNight,
    Seal,
    SealedRows,
    SuppressedContact,
)

FIRST_NAMES = ("Ana", "Bea", "Carla", "Dora", "Eve", "Fay", "Gina", "Hana")


class UserFactory(DjangoModelFactory):
    """`UserFactory(role=MANAGER)` puts the person into that group."""

    username = factory.Sequence(lambda number: f"person{number}")
    first_name = factory.Iterator(FIRST_NAMES)

    class Meta:
        model = User
        skip_postgeneration_save = True

    @factory.post_generation
    def role(self: User, create: bool, name: str | None, **kwargs: Any) -> None:
        if create and name:
            self.groups.add(Group.objects.get(name=name))


class AuditEventFactory(DjangoModelFactory):
    """Somebody signed in."""

    kind = "signed_in"
    name = "Maria"

    class Meta:
        model = AuditEvent


class HistoryChangeFactory(DjangoModelFactory):
    """One row of the history of leads was overwritten."""

    act = "overwrite"
    table_name = "leads_leadhistory"
    ids = ["1"]
    fingerprints = [b"1"]
    why = "erasure"

    class Meta:
        model = HistoryChange


class BackupFactory(DjangoModelFactory):
    """A full backup that is done."""

    label = factory.Sequence(lambda number: f"20261127T{number:06}-full")
    kind = "full"
    state = "done"
    started_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = Backup


class BackupDrillFactory(DjangoModelFactory):
    """A drill that passed."""

    label = "20261127T020000-full"
    target = started_at = finished_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = BackupDrill


class SealFactory(DjangoModelFactory):
    """A link of the chain over nothing."""

    number = factory.Sequence(lambda number: number + 1)
    previous_hash = b""
    from_xid = 1
    to_xid = 2
    server = "1"
    counts = {}
    root = hash = signature = b"1"
    made_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = Seal


class SealedRowsFactory(DjangoModelFactory):
    """One row of the history of leads under a seal."""

    seal = factory.SubFactory(SealFactory)
    table_name = "leads_leadhistory"
    part = 0
    ids = ["1"]
    hashes = [b"1"]

    class Meta:
        model = SealedRows


class EmailedLinkFactory(DjangoModelFactory):
    """An invitation of somebody who has not accepted it."""

    kind = LinkKind.INVITATION.value
    person = factory.SubFactory(
        UserFactory,
        is_active=False,
        is_staff=False,
        email=factory.Sequence(lambda number: f"invited{number}@example.com"),
    )
    email = factory.SelfAttribute("person.email")
    created_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda link: link.created_at + timedelta(days=7))

    class Meta:
        model = EmailedLink


class EmailChangeFactory(EmailedLinkFactory):
    """A new address, which nobody has confirmed."""

    kind = LinkKind.EMAIL_CHANGE.value
    person = factory.SubFactory(UserFactory)
    email = factory.Sequence(lambda number: f"new{number}@example.com")


class PasskeyFactory(DjangoModelFactory):
    """One that nobody holds: its public key is none."""

    person = factory.SubFactory(UserFactory)
    name = "Chrome on Windows"
    credential_id = factory.Sequence(lambda number: f"passkey {number}".encode())
    credential_hash = factory.LazyAttribute(
        lambda passkey: sha256(passkey.credential_id).hexdigest()
    )
    public_key = b"none"

    class Meta:
        model = Passkey


class TotpDeviceFactory(DjangoModelFactory):
    """An authenticator app that is set up."""

    person = factory.SubFactory(UserFactory)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    confirmed_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = TotpDevice


class PersonSessionFactory(DjangoModelFactory):
    """A session that is listed for nobody: it holds no data."""

    person = factory.SubFactory(UserFactory)
    session_key = factory.Sequence(lambda number: f"{number:040}")
    expire_date = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))

    class Meta:
        model = PersonSession


class CampaignFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Summer skin {number}")
    platform = "facebook"
    monthly_spend_cents = 150_000

    class Meta:
        model = Campaign


class CampaignSpendFactory(DjangoModelFactory):
    """Of January 2026; with `month` of the days of another month."""

    campaign = factory.SubFactory(CampaignFactory)
    from_on = factory.SelfAttribute("month")
    to_on = factory.LazyAttribute(lambda spend: last_day(spend.from_on))
    spend_cents = 140_000

    class Params:
        month = date(2026, 1, 1)

    class Meta:
        model = CampaignSpend


class CampaignAliasFactory(DjangoModelFactory):
    campaign = factory.SubFactory(CampaignFactory)
    door = "meta"
    name = factory.Sequence(lambda number: f"SUMMER | skin {number}")

    class Meta:
        model = CampaignAlias


class StageFactory(DjangoModelFactory):
    """A stage of its own name and place; `outcome="lost"` for a lost one."""

    name = factory.Sequence(lambda number: f"Stage {number}")
    order = factory.Sequence(lambda number: 100 + number)
    outcome = Outcome.OPEN.value

    class Meta:
        model = PipelineStage


class TagFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Interest {number}")

    class Meta:
        model = Tag


class TagSuggestionFactory(DjangoModelFactory):
    class Meta:
        model = TagSuggestion

    name = factory.Sequence(lambda n: f"Suggested {n}")


class ProcedureFactory(DjangoModelFactory):
    """A procedure of its own name; its code is made from it."""

    name = factory.Sequence(lambda number: f"Peel {number}")
    code = factory.Sequence(lambda number: f"PEEL{number}")

    class Meta:
        model = Procedure


class LeadSourceFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Billboard {number}")
    code = factory.Sequence(lambda number: f"billboard_{number}")
    meaning = "other"

    class Meta:
        model = LeadSource


class LeadLostReasonFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Moved away {number}")
    code = factory.Sequence(lambda number: f"moved_{number}")
    meaning = "not_a_fit"

    class Meta:
        model = LeadLostReason


class ProcedureNameFactory(DjangoModelFactory):
    """A name that waits; with a `procedure` it means that."""

    name = factory.Sequence(lambda number: f"Peel like {number}")

    class Meta:
        model = ProcedureName


class LeadFactory(DjangoModelFactory):
    """A lead with email and phone.

    `stage=…` or `admitted=True` lets it enter that stage or a new one, through the
    same door as everywhere; otherwise it stands in no stage.
    """

    first_name = factory.Iterator(FIRST_NAMES)
    email = factory.Sequence(lambda number: f"lead{number}@example.com")
    # No test types a number of this area, so none meets another one's lead.
    phone = factory.Sequence(lambda number: f"+1646555{number % 10_000:04}")
    stage = None

    class Meta:
        model = Lead

    class Params:
        admitted = factory.Trait(stage=factory.SubFactory(StageFactory))

    @classmethod
    def _create(cls, model_class: type[Lead], *args: Any, **kwargs: Any) -> Lead:
        stage = kwargs.pop("stage")
        lead = model_class(*args, **kwargs)
        if stage:
            create_lead(lead, stage, lost_reason="price" if stage.is_lost else "")
        else:
            lead.save()
        return lead

    @classmethod
    def _build(cls, model_class: type[Lead], *args: Any, **kwargs: Any) -> Lead:
        kwargs.pop("stage")
        return model_class(*args, **kwargs)


class WebFormFactory(DjangoModelFactory):
    """A form that is connected, as the set-up page saves it."""

    title = factory.Sequence(lambda number: f"Free consult {number}")
    origins = "https://www.example.com"

    class Meta:
        model = WebForm

    @classmethod
    def _create(cls, model_class: type[WebForm], *args: Any, **kwargs: Any) -> WebForm:
        form = model_class(*args, **kwargs)
        form.full_clean()
        return save_form(form)


class LeadArrivalFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    door = "web_form"
    form = "consult"

    class Meta:
        model = LeadArrival


class ContactPointFactory(DjangoModelFactory):
    """A further email; `email="", phone=…` for a phone."""

    lead = factory.SubFactory(LeadFactory)
    email = factory.Sequence(lambda number: f"further{number}@example.com")

    class Meta:
        model = ContactPoint


class LeadTagFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    tag = factory.SubFactory(TagFactory)

    class Meta:
        model = LeadTag


class LeadStageFactory(DjangoModelFactory):
    """A stage period, without the side effects of moving there."""

    lead = factory.SubFactory(LeadFactory)
    stage = factory.SubFactory(StageFactory)

    class Meta:
        model = LeadStage


class OpportunityFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    expected_value_cents = 120_000
    procedure_code = "FILLER"

    class Meta:
        model = Opportunity


class ActivityFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    type = ActivityType.CALL.value
    payload_json = factory.LazyFunction(lambda: {"outcome": "answered"})

    class Meta:
        model = Activity


class TaskFactory(DjangoModelFactory):
    lead = factory.SubFactory(LeadFactory)
    what = NextStep.CALL_BACK.value
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))

    class Meta:
        model = Task


class LeadMergeFactory(DjangoModelFactory):
    """The row alone; nothing is moved."""

    survivor = factory.SubFactory(LeadFactory)
    merged = factory.SubFactory(LeadFactory)

    class Meta:
        model = LeadMerge


class BulkRunFactory(DjangoModelFactory):
    """The record alone; nothing is done."""

    act = "tag"

    class Meta:
        model = BulkRun


class SavedViewFactory(DjangoModelFactory):
    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"View {number}")

    class Meta:
        model = SavedView


class PinnedViewFactory(DjangoModelFactory):
    view = factory.SubFactory(SavedViewFactory)
    person = factory.SelfAttribute("view.owner")

    class Meta:
        model = PinnedView


class BulkChunkFactory(DjangoModelFactory):
    run = factory.SubFactory(BulkRunFactory)
    number = 0

    class Meta:
        model = BulkChunk


class ExportLogFactory(DjangoModelFactory):
    class Meta:
        model = ExportLog


class KpiEventFactory(DjangoModelFactory):
    """A consult; `paid=True` for a payment, `refunded=True` for a refund of one."""

    lead = factory.SubFactory(LeadFactory)
    kind = Kind.CONSULT_BOOKED.value
    occurred_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = KpiEvent

    class Params:
        paid = factory.Trait(kind=Kind.INVOICE_PAID.value, value_cents=50_000)
        refunded = factory.Trait(
            kind=Kind.INVOICE_REFUNDED.value,
            value_cents=20_000,
            refund_of=factory.SubFactory(
                "tests.factories.KpiEventFactory",
                paid=True,
                lead=factory.SelfAttribute("..lead"),
                occurred_at=factory.SelfAttribute("..occurred_at"),
            ),
        )


class ConsultDetailsFactory(DjangoModelFactory):
    booking = factory.SubFactory(KpiEventFactory)

    class Meta:
        model = ConsultDetails


class ConnectionFactory(DjangoModelFactory):
    door = "connect"
    account = factory.Sequence(lambda number: f"account{number}")
    secrets = '{"signing_secret": "whsec_AAAA"}'

    class Meta:
        model = Connection


class ReceivedDeliveryFactory(DjangoModelFactory):
    """A delivery that is parked."""

    connection = factory.SubFactory(ConnectionFactory)
    key = factory.Sequence(lambda number: f"msg_{number}")
    kind = "lead"
    data = '{"what": "lead"}'
    state = "parked"
    reason = "failed"

    class Meta:
        model = ReceivedDelivery


class UnmatchedEventFactory(DjangoModelFactory):
    """A payment of nobody who is known."""

    connection = factory.SubFactory(ConnectionFactory)
    system = "connect"
    what = "paid"
    object_id = factory.Sequence(lambda number: f"inv_{number}")
    content = factory.LazyAttribute(
        lambda row: IncomingEvent(
            what=row.what,
            system=row.system,
            object_id=row.object_id,
            occurred_at=timezone.now(),
            amount_cents=30_000,
        ).model_dump_json()
    )
    why = "nobody"

    class Meta:
        model = UnmatchedEvent


class ExternalIdFactory(DjangoModelFactory):
    system = "connect"
    kind = "customer"
    value = factory.Sequence(lambda number: f"cus_{number}")
    lead = factory.SubFactory(LeadFactory)

    class Meta:
        model = ExternalId


class ItemOutcomeFactory(DjangoModelFactory):
    what = "lead"
    outcome = "created"

    class Meta:
        model = ItemOutcome


class FieldDifferenceFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory, door="gohighlevel")
    lead = factory.SubFactory(LeadFactory)
    field = "email"

    class Meta:
        model = FieldDifference


class IntakeBatchFactory(DjangoModelFactory):
    title = "HubSpot contacts: leads"

    class Meta:
        model = IntakeBatch


class UndoRunFactory(DjangoModelFactory):
    batch = factory.SubFactory(IntakeBatchFactory)

    class Meta:
        model = UndoRun


class FileColumnsFactory(DjangoModelFactory):
    system = factory.Sequence(lambda number: "system_" + "abcdefghij"[number % 10])
    kind = "payments"
    columns_json = factory.LazyFunction(
        lambda: {"columns": {"Paid on": "date"}, "services": []}
    )

    class Meta:
        model = FileColumns


class StreamStateFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory)
    stream = "contacts"

    class Meta:
        model = StreamState


class KnownThereFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory)
    lead = factory.SubFactory(LeadFactory)
    field = "first_name"
    digest = b"0123456789abcdef"

    class Meta:
        model = KnownThere


class OutgoingChangeFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory)
    lead = factory.SubFactory(LeadFactory)
    field = "first_name"

    class Meta:
        model = OutgoingChange


class DeliveryCountFactory(DjangoModelFactory):
    connection = factory.SubFactory(ConnectionFactory)
    day = date(2026, 3, 2)
    code = "ignored"
    last_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = DeliveryCount


class PaymentRankFactory(DjangoModelFactory):
    system = "zenoti"
    place = 1

    class Meta:
        model = PaymentRank


class ProviderFactory(DjangoModelFactory):
    name = factory.Sequence(lambda number: f"Provider {number}")
    role = "injector"

    class Meta:
        model = Provider


class CommissionRuleFactory(DjangoModelFactory):
    provider = factory.SubFactory(ProviderFactory)
    effective_from = date(2026, 1, 1)
    rule_json = factory.LazyFunction(
        lambda: {
            "v": 2,
            "type": "percent",
            "event": "invoice_paid",
            "rate_bps": 1000,
        }
    )

    class Meta:
        model = CommissionRule


class CreditFactory(DjangoModelFactory):
    kpi_event = factory.SubFactory(KpiEventFactory, paid=True)
    provider = factory.SubFactory(ProviderFactory)
    share_bps = 10_000

    class Meta:
        model = Credit


class StatementFactory(DjangoModelFactory):
    """A draft of January without any line."""

    provider = factory.SubFactory(ProviderFactory)
    month = date(2026, 1, 1)

    class Meta:
        model = Statement


class StatementLineFactory(DjangoModelFactory):
    """A line of nothing, so that its statement still adds up."""

    statement = factory.SubFactory(StatementFactory)
    position = 1
    rule = factory.SubFactory(CommissionRuleFactory)
    kind = "sale"
    base_cents = 0
    exact = "0"
    amount_cents = 0

    class Meta:
        model = StatementLine


class DisputeFactory(DjangoModelFactory):
    statement = factory.SubFactory(StatementFactory)
    reason = "rule"
    raised_by = factory.SubFactory(UserFactory)

    class Meta:
        model = Dispute


class JobRunFactory(DjangoModelFactory):
    """Work that waits for a worker."""

    kind = "tests.nothing"
    title = "Doing nothing"

    class Meta:
        model = JobRun


class ImportFileFactory(DjangoModelFactory):
    """An import of three rows that waits; nothing of it is kept."""

    work = factory.SubFactory(JobRunFactory)
    rows = 3

    class Meta:
        model = ImportFile


class ImportChunkFactory(DjangoModelFactory):
    """The first rows of an import."""

    file = factory.SubFactory(ImportFileFactory)
    number = factory.Sequence(int)
    content = '{"rows": []}'

    class Meta:
        model = ImportChunk


class LeadExportFactory(DjangoModelFactory):
    """A finished export with a file, which is empty."""

    work = factory.SubFactory(JobRunFactory)
    form = "csv"
    rows = 0
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=1))

    class Meta:
        model = LeadExport


class ApiKeyFactory(DjangoModelFactory):
    """A key that may read leads."""

    name = "Zapier"
    prefix = factory.Sequence(lambda n: f"{n:08d}")
    owner = factory.SubFactory(UserFactory)
    made_by = factory.SubFactory(UserFactory)
    scopes = ("leads:read",)
    created_at = factory.LazyFunction(clock.now)

    class Meta:
        model = ApiKey


class WebhookEndpointFactory(DjangoModelFactory):
    """An endpoint that is told of new leads."""

    name = "Agency"
    url = "https://hooks.example.com/medspa"
    event_types = ("lead.created",)
    made_by = factory.SubFactory(UserFactory)

    class Meta:
        model = WebhookEndpoint


class LegalHoldFactory(DjangoModelFactory):
    """A hold of one lead."""

    lead = factory.SubFactory(LeadFactory)
    reason = "lawsuit"
    placed_by = factory.SubFactory(UserFactory)

    class Meta:
        model = LegalHold


class ErasureRequestFactory(DjangoModelFactory):
    """A request that waits."""

    lead = factory.SubFactory(LeadFactory)
    reason = "asked"
    requested_by = factory.SubFactory(UserFactory)

    class Meta:
        model = ErasureRequest


class RetentionNightFactory(DjangoModelFactory):
    night = factory.Sequence(lambda number: date(2026, 1, 1) + timedelta(days=number))

    class Meta:
        model = RetentionNight


class CertificateFactory(DjangoModelFactory):
    """A genuine one, of a night in which one lead went."""

    class Meta:
        model = Certificate

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Certificate:
        return issue(CertificateKind.RETENTION, {"counts": {"leads.Lead": 1}})


class ErasedLeadFactory(DjangoModelFactory):
    lead_id = factory.Sequence(lambda number: f"c{number:024}")
    id_hash = factory.Sequence(lambda number: f"{number:064x}")

    class Meta:
        model = ErasedLead


class SuppressedContactFactory(DjangoModelFactory):
    digest = factory.Sequence(lambda number: f"{number:064x}")

    class Meta:
        model = SuppressedContact
