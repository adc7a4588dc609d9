"""The sources and lost reasons that leads had so far; each means what it meant."""

from typing import Any

from django.db import migrations
from django.utils import timezone

SOURCES = (
    ("facebook", "Facebook"),
    ("instagram", "Instagram"),
    ("google", "Google"),
    ("tiktok", "TikTok"),
    ("referral", "Referral"),
    ("organic", "Organic search"),
    ("website", "Website form"),
    ("phone", "Phone call"),
    ("walk_in", "Walk-in"),
    ("gohighlevel", "GoHighLevel"),
    ("other", "Other"),
)
LOST_REASONS = (
    ("price", "Too expensive"),
    ("no_response", "Could not be reached"),
    ("competitor", "Went elsewhere"),
    ("timing", "Not the right time"),
    ("not_a_fit", "Not a fit for us"),
    ("changed_mind", "Changed their mind"),
    ("no_show", "No-show"),
    ("duplicate", "Duplicate"),
    ("spam", "Spam or test"),
)


def add_first(apps: Any, editor: Any) -> None:
    _add(apps, "LeadSource", "source", SOURCES)
    _add(apps, "LeadLostReason", "reason", LOST_REASONS)


def _add(apps: Any, model: str, word: str, pairs: tuple[tuple[str, str], ...]) -> None:
    table = apps.get_model("leads", model)._base_manager
    history = apps.get_model("leads", f"{model}History")
    now = timezone.now()
    rows = [
        {
            "id": f"cmdf00000{word}{number:02}".ljust(25, "0"),
            "code": code,
            "name": name,
            "meaning": code,
            "created_at": now,
        }
        for number, (code, name) in enumerate(pairs, 1)
    ]
    table.bulk_create(table.model(**row) for row in rows)
    history._base_manager.bulk_create(
        history(**row, history_date=now, history_type="+", history_actor="migrate")
        for row in rows
    )


class Migration(migrations.Migration):
    dependencies = [("leads", "0046_sources_and_lost_reasons")]

    operations = [migrations.RunPython(add_first, migrations.RunPython.noop)]
