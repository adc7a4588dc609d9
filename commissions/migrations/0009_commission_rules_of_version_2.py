"""Rules of version 2 stand beside those of version 1."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commissions", "0008_rows_follow_the_clock")]

    operations = [
        migrations.RemoveConstraint(
            model_name="commissionrule",
            name="commissions_commissionrule_type_is_known",
        ),
        migrations.AddConstraint(
            model_name="commissionrule",
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
                violation_error_message="The rule must have v 2 and a known type.",
            ),
        ),
    ]
