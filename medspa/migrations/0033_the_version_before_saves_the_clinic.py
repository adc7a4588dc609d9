"""The version before two-step sign-in goes on writing while an upgrade runs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0032_opening_hours_have_breaks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="clinic",
            name="requires_second_step",
            field=models.BooleanField(
                db_default=False,
                default=False,
                verbose_name="managers and administrators need two-step sign-in",
            ),
        ),
        migrations.AlterField(
            model_name="clinichistory",
            name="requires_second_step",
            field=models.BooleanField(
                db_default=False,
                default=False,
                verbose_name="managers and administrators need two-step sign-in",
            ),
        ),
    ]
