"""A saved view may filter by whether leads are answered."""

from django.conf import settings
from django.db import migrations, models

import medspa.json_shapes


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0033_nothing_is_recorded_in_the_future"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="savedview",
            name="leads_savedview_content_has_known_keys",
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    medspa.json_shapes.HasOnlyKeys(
                        "content_json",
                        [
                            "stage",
                            "source",
                            "campaign",
                            "tag",
                            "procedure",
                            "answered",
                            "assigned",
                            "order",
                            "columns",
                        ],
                    )
                ),
                name="leads_savedview_content_has_known_keys",
                violation_error_message="The view holds something that may not be stored here.",
            ),
        ),
    ]
