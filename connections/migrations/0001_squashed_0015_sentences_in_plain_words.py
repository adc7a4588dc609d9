"""connections 1-15 in one; its tables are new, so they hold no rows."""

from django.conf import settings
from django.db import migrations

from connections.migrations._squashed_models import MODELS
from medspa.postgres.squashing import CreateModels, steps_of


class Migration(migrations.Migration):
    replaces = [
        ("connections", "0001_initial"),
        ("connections", "0002_outcomes_name_their_object"),
        ("connections", "0003_deliveries_are_counted"),
        ("connections", "0004_people_work_what_waits"),
        ("connections", "0005_columns_of_files"),
        ("connections", "0006_web_forms"),
        ("connections", "0007_streams_and_outgoing_changes"),
        ("connections", "0008_note_outgoing_changes"),
        ("connections", "0009_why_events_wait_in_words"),
        ("connections", "0010_imports_can_be_undone"),
        ("connections", "0011_previews_of_imports"),
        ("connections", "0012_differences_wait_for_a_person"),
        ("connections", "0013_note_wishes_and_appointments"),
        ("connections", "0014_breakers_and_payment_order"),
        ("connections", "0015_sentences_in_plain_words"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("kpis", "0024_payments_name_listed_procedures"),
        ("leads", "0056_leads_who_must_not_be_contacted"),
        ("medspa", "0032_opening_hours_have_breaks"),
    ]

    operations = [
        CreateModels({"connections": MODELS}),
        *steps_of("connections", "0008_note_outgoing_changes"),
        *steps_of("connections", "0013_note_wishes_and_appointments"),
        *steps_of("connections", "0004_people_work_what_waits"),
        *steps_of("connections", "0006_web_forms"),
    ]
