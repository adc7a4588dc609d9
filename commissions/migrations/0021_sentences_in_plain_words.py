"""Sentences of constraints in plain words; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0020_credits_change_figures"),
        ("kpis", "0027_index_consults_of_leads"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="commissionrule",
            name="commissions_commissionrule_type_is_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rule_json__has_key", "v"),
                    ("rule_json__has_key", "type"),
                    (
                        "rule_json__type__in",
                        ("percent", "flat", "tiered", "bonus", "pool", "draw"),
                    ),
                    ("rule_json__v__in", (1, 2)),
                ),
                name="commissions_commissionrule_type_is_known",
                violation_error_message="Choose a type of rule from the list.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="credit",
            name="commissions_credit_is_a_share",
            constraint=models.CheckConstraint(
                condition=models.Q(("share_bps__range", (1, 10000))),
                name="commissions_credit_is_a_share",
                violation_error_message="Enter a share above 0, up to 100.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="statementline",
            name="commissions_statementline_share_is_a_share",
            constraint=models.CheckConstraint(
                condition=models.Q(("share_bps__range", (0, 10000))),
                name="commissions_statementline_share_is_a_share",
                violation_error_message="Enter a share from 0 to 100.",
            ),
        ),
    ]
