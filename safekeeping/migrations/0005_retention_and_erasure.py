"""Legal holds, nights of retention, certificates, and the erasure of people."""

import re
from typing import Any

import django.core.validators
import django.db.models.deletion
from django.apps import apps as live_apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import medspa.clock
import medspa.ids
import medspa.json_columns.conditions
from medspa.roles import sync_groups


def grant(apps: Any, editor: Any) -> None:
    # Permissions are made after a migrate run; the groups need them now.
    config = live_apps.get_app_config("safekeeping")
    create_permissions(config, verbosity=0, apps=apps)
    sync_groups(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0052_erased_leads_are_nobody"),
        ("medspa", "0022_history_is_changed_in_one_way"),
        ("safekeeping", "0004_history_stays"),
    ]

    operations = [
        migrations.CreateModel(
            name="Certificate",
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
                        choices=[("retention", "Retention"), ("erasure", "Erasure")],
                        max_length=10,
                    ),
                ),
                ("content_json", models.JSONField(verbose_name="content")),
                ("signature", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField(default=medspa.clock.now)),
            ],
            options={
                "ordering": ["-issued_at", "-id"],
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["retention", "erasure"])),
                        name="safekeeping_certificate_kind_is_known",
                        violation_error_message="Choose a kind from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signature__regex", "^[0-9a-f]{64}$")),
                        name="safekeeping_certificate_is_signed",
                        violation_error_message="A certificate needs its signature.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ErasedLead",
            fields=[
                (
                    "lead_id",
                    medspa.ids.CuidField(
                        db_collation="C",
                        default=None,
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
                ("id_hash", models.CharField(max_length=64, unique=True)),
                ("erased_at", models.DateTimeField(default=medspa.clock.now)),
            ],
            options={
                "ordering": ["erased_at", "lead_id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["erased_at", "lead_id"], name="safekeeping_erased_by"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id_hash__regex", "^[0-9a-f]{64}$")),
                        name="safekeeping_erasedlead_hash_is_sha256",
                        violation_error_message="The hash of an id is SHA-256.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionNight",
            fields=[
                ("night", models.DateField(primary_key=True, serialize=False)),
                (
                    "missed",
                    models.IntegerField(default=0, verbose_name="missed nights"),
                ),
                ("counts_json", models.JSONField(default=dict, verbose_name="counts")),
                ("started_at", models.DateTimeField(default=medspa.clock.now)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-night"],
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("missed__gte", 0)),
                        name="safekeeping_retentionnight_counts_missed",
                        violation_error_message="Missed nights can't be negative.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            medspa.json_columns.conditions.IsObject("counts_json")
                        ),
                        name="safekeeping_retentionnight_counts_is_an_object",
                        violation_error_message="The counts must be a JSON object.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SuppressedContact",
            fields=[
                (
                    "digest",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("added_at", models.DateTimeField(default=medspa.clock.now)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="safekeeping_suppressedcontact_is_hmac",
                        violation_error_message="A contact is kept as its HMAC.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ErasureRequest",
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
                    "reason",
                    models.CharField(
                        choices=[
                            ("asked", "The person asked for it"),
                            ("withdrew", "The person withdrew their consent"),
                            ("mistake", "Their data should not be here"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a second administrator"),
                            ("done", "Erased"),
                            ("declined", "Declined"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                    ),
                ),
                (
                    "requested_at",
                    models.DateTimeField(default=medspa.clock.now, editable=False),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                (
                    "certificate",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="safekeeping.certificate",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasure_requests",
                        to="leads.lead",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at", "-id"],
                "default_permissions": ("view", "add", "change"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["asked", "withdrew", "mistake"])
                        ),
                        name="safekeeping_erasurerequest_reason_is_known",
                        violation_error_message="Choose a reason from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "done", "declined"])
                        ),
                        name="safekeeping_erasurerequest_state_is_known",
                        violation_error_message="A request waits, is done or was declined.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("lead",),
                        name="safekeeping_erasurerequest_one_waits",
                        violation_error_message="A request for this lead is waiting already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                ("decided_by", models.F("requested_by")), _negated=True
                            ),
                            _connector="OR",
                        ),
                        name="safekeeping_erasurerequest_by_two_people",
                        violation_error_message="Another administrator has to approve this.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("state", "waiting"),
                            ),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="safekeeping_erasurerequest_decided_by_somebody",
                        violation_error_message="A decided request names who decided it.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
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
                    "reason",
                    models.CharField(
                        choices=[
                            ("lawsuit", "Lawsuit"),
                            ("complaint", "Complaint"),
                            ("authority", "Request of an authority"),
                            ("insurance", "Insurance case"),
                            ("audit", "Audit"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "until_on",
                    models.DateField(blank=True, null=True, verbose_name="until"),
                ),
                (
                    "placed_at",
                    models.DateTimeField(default=medspa.clock.now, editable=False),
                ),
                ("lifted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_holds",
                        to="leads.lead",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-placed_at", "-id"],
                "default_permissions": ("view", "add", "change"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "lawsuit",
                                    "complaint",
                                    "authority",
                                    "insurance",
                                    "audit",
                                ],
                            )
                        ),
                        name="safekeeping_legalhold_reason_is_known",
                        violation_error_message="Choose a reason from the list.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_at__isnull", True),
                            ("lifted_at__gte", models.F("placed_at")),
                            _connector="OR",
                        ),
                        name="safekeeping_legalhold_lifted_after_placed",
                        violation_error_message="A hold can't be lifted before it was placed.",
                    ),
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
