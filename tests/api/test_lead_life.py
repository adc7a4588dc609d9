"""A lead's life through the API leaves the rows that the same life by pages leaves."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse

from leads.models import Lead, PipelineStage, Tag
from medspa import clock
from medspa.clinic_time import clinic_zone
from medspa.models import User
from tests.api.keys import ApiClient, key_of
from tests.factories import ProcedureFactory, StageFactory, TagFactory

# What differs between two lives: who is who, when, and through what it was done.
OWN = {"history_actor", "recorded_at", "updated_at"}
TABLES = (
    "leads.leadstage",
    "leads.activity",
    "leads.leadtag",
    "leads.opportunity",
    "leads.task",
    "kpis.kpievent",
    "kpis.consultdetails",
)


def rows_of(lead: Lead) -> dict[str, list[dict[str, Any]]]:
    """All that hangs on the lead and its history, without ids and moments."""
    found = {"lead": [_plain(lead, lead)]}
    found["lead_history"] = [_plain(row, lead) for row in lead.history.order_by("pk")]
    for label in TABLES:
        model: Any = apps.get_model(label)
        path = "booking__lead" if label == "kpis.consultdetails" else "lead"
        rows = model._base_manager.filter(**{path: lead.pk}).order_by("pk")
        found[label] = sorted(
            (_plain(row, lead) for row in rows),
            key=lambda row: str(sorted(row.items())),
        )
        if hasattr(model, "history"):
            ids = [row.pk for row in rows]
            history = model.history.filter(**{f"{model._meta.pk.name}__in": ids})
            found[f"{label}_history"] = sorted(
                (_plain(row, lead) for row in history),
                key=lambda row: str(sorted(row.items())),
            )
    return found


def _plain(row: Any, lead: Lead) -> dict[str, Any]:
    found = {}
    for field in row._meta.concrete_fields:
        if field.name == "history_change_reason":
            continue  # the API says by which key
        value = getattr(row, field.attname)
        is_own = field.primary_key or field.name in OWN or field.name == "id"
        if is_own or field.get_internal_type() in ("DateTimeField", "BinaryField"):
            value = value is not None
        elif "index" in field.name or field.name.endswith("_id"):
            value = bool(value)
        elif field.is_relation and field.related_model not in (PipelineStage, Tag):
            value = value is not None
        elif isinstance(value, dict):
            value = {name: _word(name, word) for name, word in value.items()}
        found[field.attname] = value
    return found


def _word(name: str, word: Any) -> Any:
    return True if name in ("stay", "booking") else word


def test_the_same_life_leaves_the_same_rows(manager: User, client: Client) -> None:
    stages = [StageFactory(name="New"), StageFactory(name="Called")]
    booked = StageFactory(name="Booked", records_kpi="consult_booked")
    tag, procedure = TagFactory(), ProcedureFactory()
    when = (clock.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    assert booked
    api = ApiClient(key_of(manager))
    one = life_by_api(api, manager, stages, tag, procedure, when)
    client.force_login(manager)
    other = life_by_pages(client, stages, tag, procedure, when)
    by_api, by_pages = rows_of(one), rows_of(other)
    for table, rows in by_pages.items():
        assert by_api[table] == rows, table


def life_by_api(
    api: ApiClient,
    manager: User,
    stages: list[Any],
    tag: Any,
    procedure: Any,
    when: Any,
) -> Lead:
    made = api.post(
        "/leads",
        {
            "first_name": "Ana",
            "source": "phone",
            "assigned_to_id": manager.pk,
            "stage_id": stages[0].pk,
        },
    )
    path = f"/leads/{made['id']}"
    api.write("patch", path, {"source": "website"})
    api.post(f"{path}/activities", {"type": "call", "outcome": "no_answer"})
    api.get(path)
    etag = api.last.headers["ETag"]
    api.write("put", f"{path}/tags", {"tag_ids": [tag.pk]}, etag)
    etag = api.last.headers["ETag"]
    api.write("post", f"{path}/move", {"stage_id": stages[1].pk}, etag)
    body = {"procedure_code": procedure.code, "expected_value_cents": 45_000}
    api.write("put", f"{path}/opportunity", body)
    api.post(
        f"{path}/tasks",
        {"what": "send_prices", "due_at": when.isoformat()},
    )
    api.post(f"{path}/consults", {"scheduled_for": when.isoformat()})
    assert api.status == 201, api.last.content
    paid = api.post(
        f"{path}/payments",
        {"value_cents": 45_000, "procedure_code": procedure.code},
    )
    api.post(f"/payments/{paid['id']}/refunds", {"value_cents": 5_000})
    assert api.status == 201, api.last.content
    api.write("delete", path)
    api.write("post", f"{path}/restore", None, "*")
    assert api.status == 200, api.last.content
    row: Lead = Lead.objects.get(pk=made["id"])
    return row


def life_by_pages(
    client: Client, stages: list[Any], tag: Any, procedure: Any, when: Any
) -> Lead:
    known = set(Lead.objects.values_list("pk", flat=True))
    person = User.objects.get(username="manager")
    form = {
        "first_name": "Ana",
        "source": "phone",
        "stage": stages[0].pk,
        "assigned_to": person.pk,
    }
    client.post(reverse("lead_add"), form)
    lead: Lead = Lead.objects.exclude(pk__in=known).get()

    def post(name: str, *args: str, **data: str) -> None:
        answer = client.post(reverse(name, args=[lead.pk, *args]), data)
        assert answer.status_code == 302, (name, answer.content)

    local = when.astimezone(clinic_zone())
    post("lead_edit", "source", source="website")
    post("lead_log", type="call", outcome="no_answer")
    post("lead_tag", tag=tag.pk)
    post("lead_move", stage=stages[1].pk)
    post(
        "lead_edit",
        "opportunity",
        procedure_code=procedure.code,
        expected_value_cents="450",
    )
    post("lead_plan", what="send_prices", due_at=f"{local:%Y-%m-%dT%H:%M}")
    post("lead_book", scheduled_for=f"{local:%Y-%m-%dT%H:%M}")
    post("lead_pay", amount="450", procedure=procedure.code)
    payment = lead.kpi_events.get(kind="invoice_paid")
    post("lead_refund", payment=payment.pk, amount="50")
    client.post(reverse("admin:leads_lead_delete", args=[lead.pk]), {"post": "yes"})
    post("lead_restore")
    return Lead.objects.get(pk=lead.pk)
