"""An index of all next steps by due date, done ones included: the order of the admin."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0069_statistics_of_expected_days")]

    operations = [
        AddIndexConcurrently(
            "task",
            models.Index(
                "due_at",
                "id",
                name="leads_task_all_due",
                condition=Q(deleted_at__isnull=True),
            ),
        ),
    ]
