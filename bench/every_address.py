"""Every page and act of the URL map: what has no question of its own is asked here.

Pages are opened; forms are sent as the sweeps of the tests fill them in, and taken
back. `tests/medspa/test_bench.py` fails for an address that is neither asked nor in
`NOT_ASKED`.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch

from bench.questions import Question
from leads.models import Lead
from medspa.models import User
from tests.addresses import filled
from tests.form_values import FORMS
from tests.medspa.places import MAY, TABLES, Place, admin_places, ids, our_places

IN_DEVICE = "only the person's own device or app can answer it"
IN_EMAIL = "only a link in an email opens it, once"
FROM_OUTSIDE = "only another system signs it; see `python -m bench.connections`"
SIGNS_OUT = "it ends the session that asks"
OF_DJANGO = "Django's own; it asks the database for nothing of ours"
OF_PROVIDERS = "only a provider has it; it is the page of a statement"
WRITES_ELSEWHERE = "it runs programs or writes files, which can't be taken back"
# What isn't asked, and why; of the API's operations `python -m bench.api` asks.
NOT_ASKED = {
    "clinic_logo": "the sample clinic has no logo",
    "add_authenticator": IN_DEVICE,
    "add_passkey": IN_DEVICE,
    "passkey_options": IN_DEVICE,
    "passkey_sign_in": IN_DEVICE,
    "two_step": IN_DEVICE,
    "two_step_set_up": IN_DEVICE,
    "recovery_codes": IN_DEVICE,
    "remove_authenticator": IN_DEVICE,
    "remove_passkey": IN_DEVICE,
    "rename_passkey": IN_DEVICE,
    "confirm_email": IN_EMAIL,
    "invitation": IN_EMAIL,
    "reset_password": IN_EMAIL,
    "forgot_password": IN_EMAIL,
    "welcome": IN_EMAIL,
    "take_delivery": FROM_OUTSIDE,
    "assistants": FROM_OUTSIDE,
    "change_password": SIGNS_OUT,
    "sign_out_others": SIGNS_OUT,
    "sign_out_there": SIGNS_OUT,
    "confirm_sign_in": SIGNS_OUT,
    "admin:login": OF_DJANGO,
    "admin:logout": OF_DJANGO,
    "admin:password_change": OF_DJANGO,
    "admin:password_change_done": OF_DJANGO,
    "admin:jsi18n": OF_DJANGO,
    "admin:view_on_site": OF_DJANGO,
    "admin:autocomplete": OF_DJANGO,
    "admin:app_list": OF_DJANGO,
    "admin:search": OF_DJANGO,
    "admin:index": OF_DJANGO,
    "back_up_now": WRITES_ELSEWHERE,
    "drill_now": WRITES_ELSEWHERE,
    "recovery_sheet": WRITES_ELSEWHERE,
    "my_commissions": OF_PROVIDERS,
}
# What a row that an address names is called there, where it isn't a table of the admin.
MODELS = {
    "activity_id": "leads.Activity",
    "batch_id": "connections.IntakeBatch",
    "bulk": "leads.BulkRun",
    "campaign_id": "campaigns.Campaign",
    "certificate_id": "safekeeping.Certificate",
    "connection_id": "connections.Connection",
    "delivery_id": "connections.ReceivedDelivery",
    "difference_id": "connections.FieldDifference",
    "dispute_id": "commissions.Dispute",
    "endpoint_id": "api.WebhookEndpoint",
    "export_id": "api.LeadExport",
    "file_id": "leads.ImportFile",
    "form_id": "connections.WebForm",
    "hold_id": "safekeeping.LegalHold",
    "key_id": "api.ApiKey",
    "line_id": "commissions.StatementLine",
    "procedure_name_id": "leads.ProcedureName",
    "provider": "commissions.Provider",
    "request_id": "safekeeping.ErasureRequest",
    "rule_id": "commissions.CommissionRule",
    "run_id": "medspa.JobRun",
    "statement_id": "commissions.Statement",
    "undo_id": "connections.UndoRun",
    "unmatched_id": "connections.UnmatchedEvent",
    "view_id": "leads.SavedView",
}
WORDS = {
    "fact": "source",
    "name": "stage",
    "question": "consult_booked",
}
Rows = dict[str, Any]
Send = Callable[[Client], Any]


class _TakenBack(Exception):
    pass


def every_place() -> dict[str, Place]:
    return {one.name: one for one in (*our_places(), *admin_places())}


def rows_of(lead: Lead, person: User) -> Rows:
    """A row for each part of a path, as far as the clinic has one."""
    of_tables = {key: apps.get_model(label) for label, key in TABLES.items()}
    models = of_tables | {key: apps.get_model(label) for key, label in MODELS.items()}
    found = {key: model._default_manager.first() for key, model in models.items()}
    period = lead.stage_periods.get(left_at=None)
    stages = apps.get_model("leads.PipelineStage").objects
    others = Lead.objects.exclude(pk=lead.pk)
    found |= {
        "lead_id": lead,
        "other_id": others.order_by("-pk").first(),
        "period_id": period,
        "stage_id": period.stage,
        "other_stage": stages.exclude(pk=period.stage_id).first(),
        "event_id": lead.kpi_events.filter(kind="invoice_paid").first(),
        "booking": lead.kpi_events.filter(kind="booked").first(),
        "activity_id": lead.activities.first(),
        "other_tag": apps.get_model("leads.Tag").objects.first(),
        "person_id": person,
        "person": person,
        "gohighlevel_id": apps.get_model("connections.Connection")
        .objects.filter(door="gohighlevel")
        .first(),
        **WORDS,
    }
    if month := apps.get_model("kpis.MonthSnapshot").objects.order_by("month").first():
        found["month"] = f"{month.month:%Y-%m}"
    return {key: row for key, row in found.items() if row is not None}


def page_questions(client: Client, rows: Rows) -> Iterator[Question]:
    for place in every_place().values():
        is_page = place.name not in NOT_ASKED and "get" in _methods(place)
        if is_page and (address := _address(place, rows)):
            yield Question(
                f"page {place.name}",
                lambda address=address: _asked(client, "get", address),
                is_page=True,
            )


def act_questions(client: Client, rows: Rows) -> Iterator[Question]:
    """Each form, sent and taken back."""
    named = {key: "" for form in FORMS.values() for key in form} | ids(rows)
    for place in every_place().values():
        if place.name in NOT_ASKED or place.name not in FORMS:
            continue
        if not (address := _address(place, rows)) or not _is_known(place.name, rows):
            continue
        form = filled(FORMS[place.name], named)
        yield Question(
            f"act {place.name}",
            lambda address=address, form=form: _taken_back(client, address, form),
        )


def _is_known(name: str, rows: Rows) -> bool:
    """Whether the clinic has every row that the form names."""
    try:
        filled(FORMS[name], ids(rows))
    except KeyError:
        return False
    return True


def _methods(place: Place) -> set[str]:
    """How an address may be asked, by the table of roles."""
    if place.model is not None:
        return {"get"} if place.page in ("changelist", "change", "history") else set()
    return {*MAY.get(place.name, {"get": ""})}


def _address(place: Place, rows: Rows) -> str:
    try:
        return place.address({"bulk": None, **rows})
    except (KeyError, NoReverseMatch):
        return ""


def _taken_back(client: Client, address: str, form: Any) -> Any:
    answer = None
    try:
        with transaction.atomic():
            answer = _asked(client, "post", address, form)
            raise _TakenBack
    except _TakenBack:
        return answer


def _asked(client: Client, method: str, address: str, form: Any = None) -> Any:
    answer = getattr(client, method)(address, form)
    if getattr(answer, "streaming", False):
        # A file is read to its end.
        sum(map(len, answer.streaming_content))
    assert answer.status_code < 500, (address, answer.status_code)
    return answer
