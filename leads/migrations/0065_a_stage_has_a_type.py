"""What a stage means is its type, on every page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0064_check_names_by_the_function"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pipelinestage",
            name="outcome",
            field=models.CharField(
                choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")],
                default="open",
                max_length=10,
                verbose_name="type",
            ),
        ),
        migrations.AlterField(
            model_name="pipelinestagehistory",
            name="outcome",
            field=models.CharField(
                choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")],
                default="open",
                max_length=10,
                verbose_name="type",
            ),
        ),
        migrations.AlterConstraint(
            model_name="pipelinestage",
            name="leads_pipelinestage_outcome_is_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["open", "won", "lost"])),
                name="leads_pipelinestage_outcome_is_known",
                violation_error_message="Choose a type from the list.",
            ),
        ),
    ]
