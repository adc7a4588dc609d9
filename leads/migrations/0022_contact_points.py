"""A lead keeps further e-mails and phones; the roles may see them."""

import re
from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.manager
import simple_history.models
from django.apps import apps as live_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import leads.contact
import leads.models.lead
import medspa.audit.history
import medspa.clock
import medspa.encryption.fields
import medspa.ids
from medspa.roles import sync_groups


def grant(apps: Any, editor: Any) -> None:
    # Permissions are made after a migrate run; the groups need them now.
    config = live_apps.get_app_config("leads")
    create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0021_stages_retire_by_bulk_runs"),
        ("medspa", "0004_job_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactPoint",
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
                (
                    "email",
                    medspa.encryption.fields.EncryptedField(
                        associated_data="leads_contactpoint.email",
                        blank=True,
                        clean=leads.contact.clean_email,
                        verbose_name="e-mail",
                    ),
                ),
                (
                    "email_index",
                    medspa.encryption.fields.BlindIndexField(
                        blank=True,
                        column="leads_lead.email",
                        default=b"",
                        editable=False,
                        normalize=leads.contact.email_key,
                        of="email",
                    ),
                ),
                (
                    "phone",
                    medspa.encryption.fields.EncryptedField(
                        associated_data="leads_contactpoint.phone",
                        blank=True,
                        clean=leads.contact.clean_phone,
                    ),
                ),
                (
                    "phone_index",
                    medspa.encryption.fields.BlindIndexField(
                        blank=True,
                        column="leads_lead.phone",
                        default=b"",
                        editable=False,
                        normalize=leads.contact.phone_key,
                        of="phone",
                    ),
                ),
                (
                    "phone_last4_index",
                    medspa.encryption.fields.BlindIndexField(
                        blank=True,
                        column="leads_lead.phone_last4",
                        default=b"",
                        editable=False,
                        normalize=leads.contact.last_four,
                        of="phone",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=medspa.clock.now,
                        editable=False,
                        verbose_name="added",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "id"],
                "abstract": False,
                "default_manager_name": "all_objects",
            },
            managers=[
                ("all_objects", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ContactPointHistory",
            fields=[
                (
                    "history_actor",
                    models.CharField(
                        default=medspa.audit.history.actor_name, max_length=150
                    ),
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
                (
                    "email",
                    medspa.encryption.fields.EncryptedField(
                        associated_data="leads_contactpoint.email",
                        blank=True,
                        clean=leads.contact.clean_email,
                        verbose_name="e-mail",
                    ),
                ),
                (
                    "phone",
                    medspa.encryption.fields.EncryptedField(
                        associated_data="leads_contactpoint.phone",
                        blank=True,
                        clean=leads.contact.clean_phone,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=medspa.clock.now,
                        editable=False,
                        verbose_name="added",
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
            ],
            options={
                "verbose_name": "historical contact point",
                "verbose_name_plural": "historical contact points",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contact_points",
                to="leads.lead",
            ),
        ),
        migrations.AddField(
            model_name="contactpointhistory",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="contactpointhistory",
            name="lead",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="leads.lead",
            ),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(
                models.F("email_index"),
                condition=models.Q(
                    models.Q(("email_index", b""), _negated=True), ("deleted_at", None)
                ),
                name="leads_contactpoint_email",
            ),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(
                models.F("phone_index"),
                condition=models.Q(
                    models.Q(("phone_index", b""), _negated=True), ("deleted_at", None)
                ),
                name="leads_contactpoint_phone",
            ),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(
                models.F("phone_last4_index"),
                condition=models.Q(
                    models.Q(("phone_last4_index", b""), _negated=True),
                    ("deleted_at", None),
                ),
                name="leads_contactpoint_last4",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=medspa.encryption.fields.EncryptedConstraint(
                encrypted="email",
                indexes=("email_index",),
                name="leads_contactpoint_email_is_sealed_and_indexed",
                violation_error_message="Enter an e-mail address like name@example.com.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=medspa.encryption.fields.EncryptedConstraint(
                encrypted="phone",
                indexes=("phone_index", "phone_last4_index"),
                name="leads_contactpoint_phone_is_sealed_and_indexed",
                violation_error_message="Enter a phone number with area code, like (212) 555-0123.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=medspa.encryption.fields.BlindIndexConstraint(
                condition=models.Q(
                    ("email_index", b""), ("phone_index", b""), _connector="XOR"
                ),
                name="leads_contactpoint_is_one_email_or_phone",
                violation_error_message="Enter either an e-mail or a phone.",
            ),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
