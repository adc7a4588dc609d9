"""The procedures that leads were described with so far, and how files call them."""

from typing import Any

from django.db import migrations
from django.utils import timezone

# id, code, name, and what other systems call it
PROCEDURES = (
    ("cmdf00000procedure1000000", "BTX", "Botox", "Dysport, Xeomin, Neurotoxin, Tox"),
    (
        "cmdf00000procedure2000000",
        "FILLER",
        "Filler",
        "Fillers, Dermal filler, Dermal fillers, Lip filler, Juvederm, Restylane",
    ),
    (
        "cmdf00000procedure3000000",
        "LASER",
        "Laser",
        "Laser hair removal, LHR, IPL, Laser resurfacing",
    ),
    ("cmdf00000procedure4000000", "RHINO", "Rhinoplasty", "Nose job"),
    (
        "cmdf00000procedure5000000",
        "BREAST",
        "Breast",
        "Breast augmentation, Breast lift, BA",
    ),
    ("cmdf00000procedure6000000", "TUMMY", "Tummy tuck", "Abdominoplasty"),
    ("cmdf00000procedure7000000", "FACE", "Facelift", ""),
)


def add_first(apps: Any, editor: Any) -> None:
    now = timezone.now()
    rows = [
        {"id": pk, "code": code, "name": name, "created_at": now}
        for pk, code, name, _ in PROCEDURES
    ]
    _add(apps, "Procedure", rows)
    names = [
        {
            "id": f"cmdf00000{code.lower()}name{number:02}".ljust(25, "0"),
            "name": name,
            "key": name.replace(" ", "").lower(),
            "procedure_id": pk,
            "created_at": now,
        }
        for pk, code, _, line in PROCEDURES
        for number, name in enumerate(filter(None, line.split(", ")))
    ]
    _add(apps, "ProcedureName", names)


def _add(apps: Any, model: str, rows: list[dict[str, Any]]) -> None:
    table = apps.get_model("leads", model)._base_manager
    history = apps.get_model("leads", f"{model}History")
    table.bulk_create(table.model(**row) for row in rows)
    now = timezone.now()
    history._base_manager.bulk_create(
        history(**row, history_date=now, history_type="+", history_actor="migrate")
        for row in rows
    )


class Migration(migrations.Migration):
    dependencies = [("leads", "0042_procedures")]

    operations = [migrations.RunPython(add_first, migrations.RunPython.noop)]
