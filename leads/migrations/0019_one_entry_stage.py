"""At most one active stage is the entry stage, and it is open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0018_name_the_entry_stage"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="pipelinestage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at__isnull", True), ("is_entry", True)),
                fields=("is_entry",),
                name="leads_pipelinestage_one_entry",
                violation_error_message="New leads start in another stage already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pipelinestage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_entry", False), ("outcome", "open"), _connector="OR"
                ),
                name="leads_pipelinestage_entry_is_open",
                violation_error_message="New leads can only start in an open stage.",
            ),
        ),
    ]
