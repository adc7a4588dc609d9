"""Links for the owner of an empty site; a clinic at work needs no checklist."""

from django.db import migrations, models
from django.utils import timezone


def end_checklist(apps, schema_editor):
    if apps.get_model("medspa", "User").objects.exists():
        apps.get_model("medspa", "Clinic").objects.update(set_up_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("medspa", "0012_the_first_clinic")]

    operations = [
        migrations.CreateModel(
            name="OwnerLink",
            fields=[
                (
                    "token_hash",
                    models.CharField(
                        editable=False,
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddField(
            model_name="clinic",
            name="set_up_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(end_checklist, migrations.RunPython.noop),
    ]
