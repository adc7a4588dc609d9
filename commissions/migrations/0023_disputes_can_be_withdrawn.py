"""Who raised a dispute may withdraw it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commissions", "0022_open_payments_by_a_kept_plan"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="dispute",
            name="commissions_dispute_answer_is_known",
        ),
        migrations.AlterField(
            model_name="dispute",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("corrected", "Corrected"),
                    ("stands", "Checked, no change"),
                    ("explained", "Explained in person"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="disputehistory",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("corrected", "Corrected"),
                    ("stands", "Checked, no change"),
                    ("explained", "Explained in person"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "answer__in",
                        ["", "corrected", "stands", "explained", "withdrawn"],
                    )
                ),
                name="commissions_dispute_answer_is_known",
                violation_error_message="Choose a resolution from the list.",
            ),
        ),
    ]
