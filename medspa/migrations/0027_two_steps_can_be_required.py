"""Whether managers and administrators need two-step sign-in."""

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def require(apps, schema_editor):
    """On a real site from the first day, with a row of history that says so."""
    if not settings.FIRST_CLINIC_REQUIRES_SECOND_STEP:
        return
    apps.get_model("medspa", "Clinic").objects.update(requires_second_step=True)
    history = apps.get_model("medspa", "ClinicHistory")
    latest = history.objects.order_by("-history_id").first()
    if latest is not None:
        latest.pk = None
        latest.requires_second_step = True
        latest.history_type, latest.history_user_id = "~", None
        latest.history_actor, latest.history_date = "migrate", timezone.now()
        latest.save(force_insert=True)


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0026_two_step_sign_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinic",
            name="requires_second_step",
            field=models.BooleanField(
                db_default=False,
                default=False,
                verbose_name="managers and administrators need two-step sign-in",
            ),
        ),
        migrations.AddField(
            model_name="clinichistory",
            name="requires_second_step",
            field=models.BooleanField(
                db_default=False,
                default=False,
                verbose_name="managers and administrators need two-step sign-in",
            ),
        ),
        migrations.RunPython(require, migrations.RunPython.noop),
    ]
