"""No address of ours fails, whatever it is asked with: it answers or it refuses."""

from collections.abc import Iterator, Mapping
from itertools import cycle, islice, product
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from commissions.models import CommissionRule
from kpis.models import MonthSnapshot
from kpis.restatements.snapshots import take_snapshots
from leads.models import LeadStage
from medspa.ids import CUID
from medspa.models import User
from medspa.setup.logo import make_logo
from safekeeping.erasure.person import PersonIdentity
from safekeeping.erasure.suppression import suppress
from tests import factories
from tests.address_values import (
    DJANGO_NAMES,
    FLAGS,
    IN_ADMIN,
    NEEDED,
    OTHERWISE,
    PARAMETERS,
)
from tests.addresses import (
    Sweep,
    Values,
    address_of,
    filled,
    names_in_source,
    our_pages,
)
from tests.form_values import FORMS, PASSWORD, ROWS_ALIKE
from tests.medspa.worlds import links_of_people

PAGES = our_pages() | {
    # Pages of ours in the admin's place.
    "admin:leads_leadlostreason_changelist": (),
    "admin:leads_leadlostreason_delete": ("reason_id",),
    "admin:leads_leadsource_changelist": (),
    "admin:leads_leadsource_delete": ("source_id",),
    "admin:leads_procedure_changelist": (),
    "admin:leads_procedure_delete": ("procedure_id",),
    "admin:leads_pipelinestage_changelist": (),
    "admin:leads_pipelinestage_delete": ("stage_id",),
}
BAD = (
    "",
    "x",
    "9" * 5000,
    "1e999999",
    "\0",
    "c" + "0" * 24,  # an id that nobody has
    "²",  # a digit that is no number
    "9999-12-31T23:59",
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "-1",
    "٣",  # three, in Arabic
    "👩🏽‍⚕️'\"<b>%s{{",
)
# Each field of each form is posted with these.
WORST = ("", "9" * 5000, "\0", "²", "9999-12-31T23:59")

# What this clinic's rows don't allow, and the sentence that says so.
NOT_POSSIBLE = {
    "board_undo": "It can't be moved back.",
    "enable_webhook": "This endpoint is already enabled.",
    "decide_stuck": "This is no longer waiting.",
    "settle_difference": "This connection has no token for GoHighLevel.",
    "undo_batch": "There is nothing to undo.",
    "undo_period": "There is nothing to undo.",
    "lead_restore": "isn't deleted.",
    "first_import": "Only GoHighLevel has a first import.",
    "leads_bulk_undo": "This was already undone.",
    "lead_failed": "The failed rows are no longer stored.",
    "remove_rule": "A statement was calculated with this rule.",
    "unlock_statement": "it's your own, so someone else must unlock it.",
    "settle_dispute": "Someone else must resolve disputes on your own statement.",
    "dispute_line": "This line is already disputed.",
    "person_reactivate": "can already sign in.",
    "person_invite": "has already accepted.",
    "person_cancel_invitation": "has no open invitation.",
    "person_reset_two_step": "There is nothing to reset",
    "recovery_codes": "Add an authenticator app or a passkey first.",
    "remove_authenticator": "That was already removed.",
    "rename_passkey": "This passkey was removed.",
    "remove_passkey": "That was already removed.",
    "sign_out_there": "That device is already signed out.",
    # What only an app, a browser's key or its host can answer: the page says so.
    "add_authenticator": "",
    "add_passkey": "",
    "passkey_options": "",
    "passkey_sign_in": "",
    # What only the other system, or a page that was just opened, can sign.
    "take_delivery": "",
    "assistants": "",
    "hosted_form": "",
}
# A script that is the same for every form, so that it needs no database.
SAME_FOR_ALL = {"form_script"}
# Opened only by systems that verify the address, with a parameter of their own.
FOR_SYSTEMS = {"assistants", "take_delivery"}
# Posting to these does what opening them does.
NO_FORM = {"home", "commissions_csv", "statement_csv", "statement_pdf"}
PATHS = ("x", "c" + "0" * 24, "\0", "a" * 3000, "٣", "-1", "..", "%", "👩🏽‍⚕️")


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63600000000200014821bc330000000049454e44ae426082"
)


@pytest.fixture
def rows(person_of_all: User) -> dict[str, str]:
    """A clinic with one of everything, by the name in addresses."""
    stage = factories.StageFactory(name="New")
    lead = factories.LeadFactory(stage=stage, first_name="Ana")
    other = factories.LeadFactory(stage=stage)
    payment = factories.KpiEventFactory(lead=lead, paid=True)
    line = factories.StatementLineFactory(statement__provider__user=person_of_all)
    run = factories.JobRunFactory(made_by=person_of_all)
    rule = CommissionRule.objects.get()
    rows = {
        "lead_id": lead,
        "other_id": other,
        "stage_id": stage,
        "period_id": LeadStage.objects.get(lead=lead),
        "activity_id": factories.ActivityFactory(lead=lead, created_by=person_of_all),
        "campaign_id": factories.CampaignSpendFactory().campaign,
        "event_id": payment,
        "export_id": factories.LeadExportFactory(work=run),
        "file_id": factories.ImportFileFactory(work=run),
        "rule_id": rule,
        "statement_id": line.statement,
        "line_id": line,
        "dispute_id": factories.DisputeFactory(
            statement=line.statement, line=line, raised_by=person_of_all
        ),
        "view_id": factories.SavedViewFactory(owner=person_of_all),
        "tag": factories.LeadTagFactory(lead=lead).tag,
        "task": factories.TaskFactory(lead=lead),
        "procedure_id": factories.ProcedureFactory(),
        "source_id": factories.LeadSourceFactory(),
        "reason_id": factories.LeadLostReasonFactory(),
        "procedure_name_id": factories.ProcedureNameFactory(),
        "other_tag": factories.TagFactory(),
        "suggestion": factories.TagSuggestionFactory(),
        "other_stage": factories.StageFactory(name="Called"),
        "form_id": factories.WebFormFactory(),
        "provider": factories.ProviderFactory(),
        "person": person_of_all,
        "booking": factories.KpiEventFactory(
            lead=lead,
            metadata_json={"scheduled_for": timezone.now().isoformat()},
        ),
        "passkey_id": factories.PasskeyFactory(),
        "session_key": factories.PersonSessionFactory(),
        "connection_id": factories.ConnectionFactory(),
        "gohighlevel_id": factories.ConnectionFactory(door="gohighlevel"),
        "delivery_id": factories.ReceivedDeliveryFactory(),
        "unmatched_id": factories.UnmatchedEventFactory(),
        "difference_id": factories.FieldDifferenceFactory(),
        "batch_id": factories.IntakeBatchFactory(),
        "undo_id": factories.UndoRunFactory(),
        "hold_id": factories.LegalHoldFactory(),
        "request_id": factories.ErasureRequestFactory(),
        "certificate_id": factories.CertificateFactory(),
        "key_id": factories.ApiKeyFactory(),
        "endpoint_id": factories.WebhookEndpointFactory(),
    }
    bulk = factories.BulkRunFactory(made_by=person_of_all)
    take_snapshots()
    suppress(PersonIdentity(emails={"gone@example.com"}))
    return {kind: str(row.pk) for kind, row in rows.items()} | {
        "month": f"{MonthSnapshot.objects.earliest('month').month:%Y-%m}",
        "name": "stage",
        "fact": "source",
        "question": "consult_booked",
        "run_id": run.pk,
        "logo_id": make_logo(PICTURE).pk,
        "bulk": bulk.pk,
        **{key: getattr(row, "pk", row) for key, row in links_of_people().items()},
    }


@pytest.fixture
def person_of_all(db: None) -> User:
    person = factories.UserFactory(is_superuser=True, is_staff=True)
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def sweep(person_of_all: User, client: Client) -> Sweep:
    client.force_login(person_of_all)
    return Sweep(client)


def good(name: str, rows: Mapping[str, str]) -> Values:
    """The parameters of a page, filled in."""
    return filled(PARAMETERS | OTHERWISE.get(name, {}), rows)


def place(name: str, rows: Mapping[str, str]) -> str:
    mine = {**rows, "run_id": rows["bulk"]} if "bulk" in name else rows
    return address_of(name, PAGES[name], mine)


def each_made_bad(name: str, form: Values) -> Iterator[Values]:
    """Each field with each of the worst values, and all others good.

    Of rows that are alike the first is asked so. The others are bad together, each in
    another way at a time, or the clinic's seven days would be a twentieth of the sweep.
    """
    alike = ROWS_ALIKE.get(name, ())
    others = {field for row in alike for field in row[1:]}
    for field, value in product((*form,), WORST):
        if field not in others:
            yield {field: value}
    for row, shift in product(alike, range(len(WORST))):
        values = islice(cycle(WORST), shift, None)
        yield dict(zip(row[1:], values, strict=False))


@pytest.mark.slow
def test_every_page_answers_or_refuses_whatever_its_address_says(
    sweep: Sweep, rows: dict[str, str]
) -> None:
    """Each parameter that the page reads has every bad value once."""
    unopened = []
    for name in PAGES:
        address, values = place(name, rows), good(name, rows)
        needed = QueryDict(NEEDED.get(name, "").format_map(rows)).dict()
        if sweep.ask("get", address, query=needed) == 405:
            continue
        asked = sweep.names_of_page(address, values, needed)
        given = {name: values[name] for name in asked if name in values}
        status = sweep.ask("get", address, query=given | needed)
        if status >= 400 and name not in FOR_SYSTEMS:
            unopened.append(f"{name} {given}")
        # A page that reads nothing was asked already, both ways.
        for number in range(len(BAD) if asked else 0):
            said = {
                parameter: BAD[(number + place) % len(BAD)]
                for place, parameter in enumerate(sorted(asked))
            }
            sweep.ask("get", address, query=said, htmx=number % 2 == 1)
    assert not sweep.faults, "\n".join(sweep.faults)
    assert unopened == []
    assert sweep.asked - {*PARAMETERS, *FLAGS} == set(), "name a good value of each"


@pytest.mark.slow
def test_every_act_is_done_or_refused_whatever_is_posted(
    sweep: Sweep, rows: dict[str, str]
) -> None:
    """A form that is accepted, with one of its fields after the other made bad."""
    refused, unnamed = [], []
    for name in PAGES:
        address = place(name, rows)
        needed = QueryDict(NEEDED.get(name, "").format_map(rows)).dict()
        sweep.asked = set()
        if sweep.ask("post", address, query=needed) == 405 or name in NO_FORM:
            continue
        if name not in FORMS:
            unnamed.append(name)
            continue
        form = filled(FORMS[name], rows)
        status = sweep.ask("post", address, form, needed)
        if name in NOT_POSSIBLE:
            assert NOT_POSSIBLE[name] in " ".join(sweep.errors)
        elif status >= 400 or sweep.errors:
            refused.append(f"{name} {status} {sweep.errors}")
        named = {*form, *PARAMETERS, *FLAGS, *DJANGO_NAMES}
        # Fields of rows are called by their ids.
        unnamed += [each for each in sweep.asked - named if not CUID.fullmatch(each)]
        for bad in each_made_bad(name, form):
            sweep.ask("post", address, {**form, **bad}, needed)
        for value in WORST:
            said = dict.fromkeys((*form, *FLAGS), value)
            sweep.ask("post", address, said, needed | {"back": value})
    assert not sweep.faults, "\n".join(sweep.faults)
    assert refused == []
    assert set(unnamed) == set(), "say how its form is filled in"


def test_every_name_that_our_source_reads_is_tried() -> None:
    tried = {*PARAMETERS, *FLAGS, *IN_ADMIN}.union(*FORMS.values())
    assert names_in_source() - tried == set()


@pytest.mark.slow
def test_broken_paths_are_refused(sweep: Sweep, rows: dict[str, str]) -> None:
    opened = []
    for name, takes in PAGES.items():
        mine = {**rows, "run_id": rows["bulk"]} if "bulk" in name else rows
        for kind in takes:
            for value in PATHS:
                address = place(name, rows).replace(mine[kind], quote(value, safe=""))
                status = sweep.ask("get", address)
                if status == 200 and name not in SAME_FOR_ALL:
                    opened.append(f"{name} {value!r}"[:100])
                sweep.ask("post", address)
    assert not sweep.faults, "\n".join(sweep.faults)
    assert opened == []
