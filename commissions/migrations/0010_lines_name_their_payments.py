"""Lines name the payments and refunds under them, and two kinds are new."""

from django.db import migrations, models

import medspa.json_shapes


class Migration(migrations.Migration):
    dependencies = [("commissions", "0009_commission_rules_of_version_2")]

    operations = [
        migrations.RemoveConstraint(
            model_name="statementline",
            name="commissions_statementline_kind_is_known",
        ),
        migrations.AddField(
            model_name="statementline",
            name="sources_json",
            field=models.JSONField(blank=True, default=list, verbose_name="payments"),
        ),
        migrations.AlterField(
            model_name="statementline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sale", "sale"),
                    ("refund", "refund"),
                    ("reversal", "reversal"),
                    ("bracket", "bracket"),
                    ("whole", "whole"),
                    ("bonus", "bonus"),
                    ("pool", "pool"),
                    ("cap", "cap"),
                    ("below", "below"),
                    ("refunds", "refunds"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "sale",
                            "refund",
                            "reversal",
                            "bracket",
                            "whole",
                            "bonus",
                            "pool",
                            "cap",
                            "below",
                            "refunds",
                        ],
                    )
                ),
                name="commissions_statementline_kind_is_known",
                violation_error_message="Choose a kind from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(medspa.json_shapes.IsArray("sources_json")),
                name="commissions_statementline_sources_are_a_list",
                violation_error_message="The payments of a line must be a list.",
            ),
        ),
    ]
