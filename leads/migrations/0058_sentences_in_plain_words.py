"""Sentences of constraints in plain words; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0009_plain_words"),
        ("leads", "0057_heard_about_us_from"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="leadarrival",
            name="leads_leadarrival_form_is_a_slug",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__regex", "^([a-z0-9][a-z0-9_-]{0,49})?$")),
                name="leads_leadarrival_form_is_a_slug",
                violation_error_message="Use only lowercase letters, digits and hyphens.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="leadlostreason",
            name="leads_leadlostreason_code_is_short",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{0,19}$")),
                name="leads_leadlostreason_code_is_short",
                violation_error_message="Use up to 20 lowercase letters, digits and underscores.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="leadsource",
            name="leads_leadsource_code_is_short",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{0,19}$")),
                name="leads_leadsource_code_is_short",
                violation_error_message="Use up to 20 lowercase letters, digits and underscores.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="pipelinestage",
            name="leads_pipelinestage_probability_is_a_share",
            constraint=models.CheckConstraint(
                condition=models.Q(("win_probability_bps__range", (0, 10000))),
                name="leads_pipelinestage_probability_is_a_share",
                violation_error_message="Enter a win probability from 0 to 100.",
            ),
        ),
    ]
