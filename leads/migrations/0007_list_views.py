"""Saved views of the lead list, who pinned them, and each person's columns."""

import re

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.manager
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import medspa.history
import medspa.ids
import medspa.json_shapes


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0006_exports_are_logged"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "deleted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="deleted"
                    ),
                ),
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                (
                    "is_shared",
                    models.BooleanField(default=False, verbose_name="shared"),
                ),
                (
                    "content_json",
                    models.JSONField(blank=True, default=dict, verbose_name="content"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, verbose_name="changed"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": [django.db.models.functions.text.Lower("name"), "id"],
                "abstract": False,
                "default_permissions": (),
                "default_manager_name": "all_objects",
            },
            managers=[
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="PinnedView",
            fields=[
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="pinned",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pinned_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pins",
                        to="leads.savedview",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ListSettings",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="list_settings",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, verbose_name="changed"),
                ),
                (
                    "first_view",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="leads.savedview",
                        verbose_name="view to begin with",
                    ),
                ),
            ],
            options={
                "verbose_name": "settings of a lead list",
                "verbose_name_plural": "settings of lead lists",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SavedViewHistory",
            fields=[
                (
                    "history_actor",
                    models.CharField(default=medspa.history.actor_name, max_length=150),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="deleted"
                    ),
                ),
                (
                    "id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        db_index=True,
                        default=medspa.ids.new_id,
                        editable=False,
                        max_length=25,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                (
                    "is_shared",
                    models.BooleanField(default=False, verbose_name="shared"),
                ),
                (
                    "content_json",
                    models.JSONField(blank=True, default=dict, verbose_name="content"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        blank=True, editable=False, verbose_name="changed"
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                        max_length=1,
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical saved view",
                "verbose_name_plural": "historical saved views",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(
                models.F("is_shared"),
                condition=models.Q(("deleted_at__isnull", True), ("is_shared", True)),
                name="leads_savedview_shared",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True),
                name="leads_savedview_has_a_name",
                violation_error_message="Give the view a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                models.F("owner"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("deleted_at__isnull", True)),
                name="leads_savedview_name_is_unique",
                violation_error_message="You already have a view with this name.",
            ),
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
        migrations.AddConstraint(
            model_name="pinnedview",
            constraint=models.UniqueConstraint(
                fields=("person", "view"),
                name="leads_pinnedview_once",
                violation_error_message="This view is pinned already.",
            ),
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
                        ],
                    )
                ),
                name="leads_listsettings_columns_are_known",
                violation_error_message="Choose columns from the list.",
            ),
        ),
    ]
