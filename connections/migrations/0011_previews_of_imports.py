"""What a first import would do is kept until somebody asks again."""

from django.db import migrations, models

import medspa.json_columns.conditions


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0010_imports_can_be_undone"),
    ]

    operations = [
        migrations.AddField(
            model_name="streamstate",
            name="preview",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="streamstate",
            name="previewed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="streamstate",
            constraint=models.CheckConstraint(
                condition=models.Q(medspa.json_columns.conditions.IsObject("preview")),
                name="connections_streamstate_preview_is_an_object",
                violation_error_message="The preview must be a JSON object.",
            ),
        ),
    ]
