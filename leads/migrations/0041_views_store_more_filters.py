"""Views store the new filters, several values of each; two new columns of the list."""

from django.conf import settings
from django.db import migrations, models

import medspa.json_columns


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0040_index_list_filters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="listsettings",
            name="leads_listsettings_columns_are_known",
        ),
        migrations.RemoveConstraint(
            model_name="savedview",
            name="leads_savedview_content_has_known_keys",
        ),
        migrations.AddConstraint(
            model_name="listsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "columns__contained_by",
                        [
                            "stage",
                            "since",
                            "contact",
                            "tags",
                            "source",
                            "campaign",
                            "platform",
                            "value",
                            "procedure",
                            "expected_on",
                            "assigned",
                            "created",
                            "activity",
                            "contacted",
                            "next_step",
                        ],
                    )
                ),
                name="leads_listsettings_columns_are_known",
                violation_error_message="Choose columns from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    medspa.json_columns.HasOnlyKeys(
                        "content_json",
                        [
                            "stage",
                            "source",
                            "campaign",
                            "tag",
                            "procedure",
                            "answered",
                            "assigned",
                            "created",
                            "contacted",
                            "called",
                            "next",
                            "age",
                            "value",
                            "consult",
                            "lost",
                            "platform",
                            "exclude",
                            "order",
                            "columns",
                        ],
                    )
                ),
                name="leads_savedview_content_has_known_keys",
                violation_error_message="The view contains something that can't be stored here.",
            ),
        ),
    ]
