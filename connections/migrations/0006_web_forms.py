"""Web forms, the wording of their consents, and how often addresses send them."""

import re
from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from django.apps import apps as live_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import medspa.audit.history
import medspa.clock
import medspa.ids
import medspa.lists.constraints
from medspa.roles import sync_groups


def grant(apps: Any, editor: Any) -> None:
    # Permissions are made after a migrate run; the groups need them now.
    config = live_apps.get_app_config("connections")
    create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0005_columns_of_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WebForm",
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
                ("title", models.CharField(max_length=60)),
                ("slug", models.CharField(editable=False, max_length=50)),
                (
                    "intro",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="introduction"
                    ),
                ),
                ("button", models.CharField(default="Send", max_length=30)),
                (
                    "thank_you",
                    models.CharField(
                        default="Thank you. We got your request and will be in touch soon.",
                        max_length=300,
                        verbose_name="thank-you text",
                    ),
                ),
                ("asks_email", models.BooleanField(default=True, verbose_name="email")),
                ("asks_phone", models.BooleanField(default=True, verbose_name="phone")),
                (
                    "asks_procedure",
                    models.BooleanField(
                        default=True, verbose_name="procedure of interest"
                    ),
                ),
                (
                    "email_wording",
                    models.CharField(
                        blank=True,
                        default="Email me offers and news. I can unsubscribe at any time.",
                        max_length=500,
                        verbose_name="consent to emails",
                    ),
                ),
                (
                    "text_wording",
                    models.CharField(
                        blank=True,
                        default="Text me offers and news at the number above. Consent is not a condition of any purchase. Message and data rates may apply. Reply STOP to opt out.",
                        max_length=500,
                        verbose_name="consent to texts",
                    ),
                ),
                (
                    "wording_version",
                    models.IntegerField(default=1, editable=False),
                ),
                ("source", models.CharField(default="website", max_length=20)),
                (
                    "accent",
                    models.CharField(
                        default="#4f46e5", max_length=7, verbose_name="color"
                    ),
                ),
                (
                    "shows_logo",
                    models.BooleanField(default=True, verbose_name="clinic logo"),
                ),
                ("origins", models.TextField(blank=True, verbose_name="websites")),
                ("is_on", models.BooleanField(default=True, verbose_name="on")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=medspa.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, verbose_name="changed"),
                ),
            ],
            options={
                "verbose_name": "web form",
                "ordering": ["title"],
                "default_permissions": ("view", "add", "change"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "title__regex",
                                "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                            ),
                            _negated=True,
                        ),
                        name="connections_webform_title_no_persons",
                        violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("button", ""), _negated=True),
                            models.Q(("thank_you", ""), _negated=True),
                        ),
                        name="connections_webform_has_its_texts",
                        violation_error_message="A form needs a title, a button and a thank-you text.",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("title"),
                        name="connections_webform_title_is_unique",
                        violation_error_message="There is already a form with this title.",
                    ),
                    models.UniqueConstraint(
                        fields=("slug",),
                        name="connections_webform_slug_is_unique",
                        violation_error_message="There is already a form with this name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("slug__regex", "^[a-z0-9][a-z0-9-]{0,49}$")
                        ),
                        name="connections_webform_slug_is_short",
                        violation_error_message="A form is named by small letters and digits.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asks_email", True), ("asks_phone", True), _connector="OR"
                        ),
                        name="connections_webform_asks_a_contact",
                        violation_error_message="A form asks for an email, a phone or both.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("email_wording", ""),
                                ("asks_email", True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("text_wording", ""),
                                ("asks_phone", True),
                                _connector="OR",
                            ),
                        ),
                        name="connections_webform_consents_have_contacts",
                        violation_error_message="A consent needs its field: emails the email, texts the phone.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("accent__regex", "^#[0-9a-f]{6}$")),
                        name="connections_webform_accent_is_a_color",
                        violation_error_message="Choose a color like #4f46e5.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "origins__regex",
                                "^(https?://[a-z0-9.-]+(:[0-9]{1,5})?(\\nhttps?://[a-z0-9.-]+(:[0-9]{1,5})?)*)?$",
                            )
                        ),
                        name="connections_webform_origins_are_websites",
                        violation_error_message="Enter one website a line, like https://www.example.com.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wording_version__gte", 1)),
                        name="connections_webform_wordings_are_counted",
                        violation_error_message="The first wording has the number 1.",
                    ),
                    medspa.lists.constraints.CodeIsListed(
                        field="source",
                        name="connections_webform_source_is_listed",
                        to="leads.LeadSource",
                        violation_error_message="Choose a source from the list.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebFormCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("address_hash", models.BinaryField(max_length=32)),
                ("hour", models.DateTimeField()),
                ("count", models.IntegerField(default=1)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("address_hash", "hour"),
                        name="connections_webformcount_one_an_hour",
                        violation_error_message="This address is counted already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebFormHistory",
            fields=[
                (
                    "history_actor",
                    models.CharField(
                        default=medspa.audit.history.actor_name, max_length=150
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
                ("title", models.CharField(max_length=60)),
                ("slug", models.CharField(editable=False, max_length=50)),
                (
                    "intro",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="introduction"
                    ),
                ),
                ("button", models.CharField(default="Send", max_length=30)),
                (
                    "thank_you",
                    models.CharField(
                        default="Thank you. We got your request and will be in touch soon.",
                        max_length=300,
                        verbose_name="thank-you text",
                    ),
                ),
                ("asks_email", models.BooleanField(default=True, verbose_name="email")),
                ("asks_phone", models.BooleanField(default=True, verbose_name="phone")),
                (
                    "asks_procedure",
                    models.BooleanField(
                        default=True, verbose_name="procedure of interest"
                    ),
                ),
                (
                    "email_wording",
                    models.CharField(
                        blank=True,
                        default="Email me offers and news. I can unsubscribe at any time.",
                        max_length=500,
                        verbose_name="consent to emails",
                    ),
                ),
                (
                    "text_wording",
                    models.CharField(
                        blank=True,
                        default="Text me offers and news at the number above. Consent is not a condition of any purchase. Message and data rates may apply. Reply STOP to opt out.",
                        max_length=500,
                        verbose_name="consent to texts",
                    ),
                ),
                (
                    "wording_version",
                    models.IntegerField(default=1, editable=False),
                ),
                ("source", models.CharField(default="website", max_length=20)),
                (
                    "accent",
                    models.CharField(
                        default="#4f46e5", max_length=7, verbose_name="color"
                    ),
                ),
                (
                    "shows_logo",
                    models.BooleanField(default=True, verbose_name="clinic logo"),
                ),
                ("origins", models.TextField(blank=True, verbose_name="websites")),
                ("is_on", models.BooleanField(default=True, verbose_name="on")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=medspa.clock.now, editable=False, verbose_name="created"
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
            ],
            options={
                "verbose_name": "historical web form",
                "verbose_name_plural": "historical web forms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="WebFormWording",
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
                ("version", models.IntegerField()),
                ("email_wording", models.CharField(blank=True, max_length=500)),
                ("text_wording", models.CharField(blank=True, max_length=500)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=medspa.clock.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="connections.webform",
                    ),
                ),
            ],
            options={
                "verbose_name": "wording",
                "ordering": ["version"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "version"),
                        name="connections_webformwording_version_is_one",
                        violation_error_message="This version has its wording already.",
                    )
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
