"""Links that are sent by email: invitations, changes of email; requests for passwords."""

import re

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import medspa.ids


class Migration(migrations.Migration):
    dependencies = [
        ("medspa", "0015_an_email_is_one_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmailedLink",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("invitation", "Invitation"),
                            ("email_change", "Change of email"),
                        ],
                        max_length=20,
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("send_problem", models.CharField(blank=True, max_length=200)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "expires_at",
                    models.DateTimeField(editable=False, verbose_name="expires"),
                ),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="sent"
                    ),
                ),
                (
                    "used_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="used"
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="revoked"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ResetRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("email_hash", models.CharField(max_length=64)),
                (
                    "address",
                    models.GenericIPAddressField(
                        null=True, verbose_name="network address"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="emailedlink",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="emailedlink",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="emailed_links",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="emailedlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["invitation", "email_change"])),
                name="medspa_emailedlink_kind_is_known",
                violation_error_message="Choose a kind of link from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="emailedlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", ""), _negated=True),
                name="medspa_emailedlink_has_an_address",
                violation_error_message="A link needs an email address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="emailedlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                name="medspa_emailedlink_expires_later",
                violation_error_message="A link expires after it was created.",
            ),
        ),
        migrations.AddConstraint(
            model_name="emailedlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("used_at__isnull", True),
                    ("revoked_at__isnull", True),
                    _connector="OR",
                ),
                name="medspa_emailedlink_ends_once",
                violation_error_message="A link that was used can't be revoked.",
            ),
        ),
        migrations.AddConstraint(
            model_name="emailedlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("revoked_at__isnull", True), ("used_at__isnull", True)
                ),
                fields=("person", "kind"),
                name="medspa_emailedlink_is_the_only_open_one",
                violation_error_message="There is already an open link.",
            ),
        ),
    ]
