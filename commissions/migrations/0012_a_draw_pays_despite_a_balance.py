"""A draw is paid in full; a balance carried into its month is carried on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commissions", "0011_surgeons_nurses_and_consultants")]

    operations = [
        migrations.RemoveConstraint(
            model_name="statement",
            name="commissions_statement_pays_or_carries",
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closing_cents__lte", 0),
                    ("payable_cents__gte", 0),
                    models.Q(
                        ("payable_cents", 0),
                        ("closing_cents", 0),
                        ("draw_rule__isnull", False),
                        _connector="OR",
                    ),
                ),
                name="commissions_statement_pays_or_carries",
                violation_error_message="What is payable is never negative, and nothing is carried while something is paid, except by a draw.",
            ),
        ),
    ]
