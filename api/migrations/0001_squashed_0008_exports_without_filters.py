"""api 1-8 in one; its tables are new, so they hold no rows."""

from django.conf import settings
from django.db import migrations

from api.migrations._squashed_models import MODELS
from medspa.postgres.squashing import CreateModels, steps_of


class Migration(migrations.Migration):
    replaces = [
        ("api", "0001_api_keys"),
        ("api", "0002_uses_are_unlogged"),
        ("api", "0003_administrators_make_keys"),
        ("api", "0004_webhooks"),
        ("api", "0005_administrators_set_up_webhooks"),
        ("api", "0006_exports_of_programs"),
        ("api", "0007_sentences_in_plain_words"),
        ("api", "0008_exports_without_filters"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("commissions", "0019_rules_name_listed_procedures"),
        ("kpis", "0017_restored_refunds_follow_their_payment"),
        ("medspa", "0032_opening_hours_have_breaks"),
        ("safekeeping", "0010_seals_name_their_server"),
    ]

    operations = [
        CreateModels({"api": MODELS}),
        *steps_of("api", "0002_uses_are_unlogged"),
        *steps_of("api", "0003_administrators_make_keys"),
        *steps_of("api", "0005_administrators_set_up_webhooks"),
    ]
