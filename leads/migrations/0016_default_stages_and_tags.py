"""A new clinic begins with five stages and six tags; one that has its own keeps them."""

from django.db import migrations
from django.utils import timezone

# id, name, order, color, outcome, probability, records, target days
STAGES = (
    ("cmdf00000stage10000000000", "New", 1, "#3b82f6", "open", 1000, "", 1),
    ("cmdf00000stage20000000000", "Contacted", 2, "#f59e0b", "open", 2000, "", 5),
    (
        "cmdf00000stage30000000000",
        "Consult Booked",
        3,
        "#8b5cf6",
        "open",
        5000,
        "consult_booked",
        21,
    ),
    ("cmdf00000stage40000000000", "Won", 4, "#16a34a", "won", 10000, "", None),
    ("cmdf00000stage50000000000", "Lost", 5, "#9ca3af", "lost", 0, "", None),
)
TAGS = (
    ("cmdf00000tag1000000000000", "Botox", "#0ea5e9"),
    ("cmdf00000tag2000000000000", "Filler", "#d946ef"),
    ("cmdf00000tag3000000000000", "Laser", "#ef4444"),
    ("cmdf00000tag4000000000000", "Surgery", "#7c3aed"),
    ("cmdf00000tag5000000000000", "Skin", "#f59e0b"),
    ("cmdf00000tag6000000000000", "Membership", "#0f766e"),
)
STAGE_COLUMNS = (
    "id",
    "name",
    "order",
    "color",
    "outcome",
    "win_probability_bps",
    "records_kpi",
    "target_days",
)
TAG_COLUMNS = ("id", "name", "color")


def add_defaults(apps, schema_editor):
    _add(apps, "PipelineStage", STAGE_COLUMNS, STAGES)
    _add(apps, "Tag", TAG_COLUMNS, TAGS)


def _add(apps, name, columns, rows):
    model, history = (
        apps.get_model("leads", name),
        apps.get_model("leads", f"{name}History"),
    )
    if model._base_manager.exists():
        return
    now = timezone.now()
    values = [
        dict(zip(columns, row, strict=True)) | {"created_at": now} for row in rows
    ]
    model._base_manager.bulk_create(model(**row) for row in values)
    history._base_manager.bulk_create(
        history(**row, history_date=now, history_type="+", history_actor="migrate")
        for row in values
    )


class Migration(migrations.Migration):
    dependencies = [("leads", "0016_backfilled_leads")]

    operations = [migrations.RunPython(add_defaults, migrations.RunPython.noop)]
