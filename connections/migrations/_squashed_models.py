"""The models of connections as they are after 0015_sentences_in_plain_words."""

import re

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import connections.models.connection
import medspa.audit.history
import medspa.clock
import medspa.encryption.fields
import medspa.ids
import medspa.json_columns.conditions
import medspa.lists.constraints

MODELS = (
    migrations.CreateModel(
        name="Connection",
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
            ("door", models.CharField(editable=False, max_length=30)),
            (
                "account",
                models.CharField(
                    blank=True,
                    help_text="The other system's id of the account or location, if it has one.",
                    max_length=100,
                ),
            ),
            ("is_on", models.BooleanField(default=True, verbose_name="on")),
            (
                "secrets",
                medspa.encryption.fields.EncryptedField(
                    associated_data="connections_connection.secrets",
                    blank=True,
                    clean=connections.models.connection.as_it_is,
                    editable=False,
                ),
            ),
            (
                "settings_json",
                models.JSONField(
                    blank=True, default=dict, editable=False, verbose_name="settings"
                ),
            ),
            (
                "secrets_set_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="secrets set"
                ),
            ),
            (
                "made_at",
                models.DateTimeField(
                    default=medspa.clock.now, editable=False, verbose_name="made"
                ),
            ),
        ],
        options={
            "ordering": ["door", "account"],
            "default_permissions": ("view", "change"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("door__regex", "^[a-z][a-z_]{1,29}$")),
                    name="connections_connection_door_is_a_name",
                    violation_error_message="Choose a system from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("account__regex", "^[A-Za-z0-9_.:-]{0,100}$")),
                    name="connections_connection_account_is_an_id",
                    violation_error_message="An account ID can have letters, digits, dots, dashes and underscores.",
                ),
                models.UniqueConstraint(
                    fields=("door", "account"),
                    name="connections_connection_one_for_an_account",
                    violation_error_message="This account is connected already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsObject("settings_json")
                    ),
                    name="connections_connection_settings_are_an_object",
                    violation_error_message="The settings must be a JSON object.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="secrets",
                    indexes=(),
                    name="connections_connection_secrets_are_encrypted",
                    violation_error_message="The secrets must be encrypted.",
                ),
            ],
            "permissions": [
                ("work_connection", "Can match, retry and dismiss what waits")
            ],
        },
    ),
    migrations.CreateModel(
        name="ConnectionHistory",
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
            ("door", models.CharField(editable=False, max_length=30)),
            (
                "account",
                models.CharField(
                    blank=True,
                    help_text="The other system's id of the account or location, if it has one.",
                    max_length=100,
                ),
            ),
            ("is_on", models.BooleanField(default=True, verbose_name="on")),
            (
                "secrets",
                medspa.encryption.fields.EncryptedField(
                    associated_data="connections_connection.secrets",
                    blank=True,
                    clean=connections.models.connection.as_it_is,
                    editable=False,
                ),
            ),
            (
                "settings_json",
                models.JSONField(
                    blank=True, default=dict, editable=False, verbose_name="settings"
                ),
            ),
            (
                "secrets_set_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="secrets set"
                ),
            ),
            (
                "made_at",
                models.DateTimeField(
                    default=medspa.clock.now, editable=False, verbose_name="made"
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
            "verbose_name": "historical connection",
            "verbose_name_plural": "historical connections",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="ReceivedDelivery",
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
            ("key", models.CharField(max_length=120)),
            ("kind", models.CharField(max_length=60)),
            (
                "data",
                medspa.encryption.fields.EncryptedField(
                    associated_data="connections_receiveddelivery.data",
                    blank=True,
                    clean=connections.models.connection.as_it_is,
                    editable=False,
                ),
            ),
            (
                "dropped",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=100),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("done", "Done"),
                        ("ignored", "Ignored"),
                        ("parked", "Parked"),
                        ("dismissed", "Dismissed"),
                    ],
                    default="waiting",
                    max_length=10,
                ),
            ),
            ("reason", models.CharField(blank=True, max_length=40, verbose_name="why")),
            (
                "sentence",
                models.CharField(
                    blank=True, max_length=300, verbose_name="why in words"
                ),
            ),
            ("attempts", models.SmallIntegerField(default=0)),
            (
                "received_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="received"),
            ),
            (
                "ended_at",
                models.DateTimeField(blank=True, null=True, verbose_name="ended"),
            ),
            (
                "connection",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deliveries",
                    to="connections.connection",
                ),
            ),
        ],
        options={
            "verbose_name_plural": "received deliveries",
            "ordering": ["-received_at", "-id"],
            "default_permissions": (),
            "indexes": [
                models.Index(
                    fields=["connection", "received_at"],
                    name="connections_delivery_received",
                ),
                models.Index(
                    models.F("received_at"),
                    models.F("id"),
                    condition=models.Q(("state__in", ["waiting", "parked"])),
                    name="connections_delivery_open",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("connection", "key"),
                    name="connections_receiveddelivery_once",
                    violation_error_message="This delivery was received already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "state__in",
                            ["waiting", "done", "ignored", "parked", "dismissed"],
                        )
                    ),
                    name="connections_receiveddelivery_state_is_known",
                    violation_error_message="Choose a state from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("key", ""), _negated=True),
                        models.Q(("kind", ""), _negated=True),
                    ),
                    name="connections_receiveddelivery_has_a_key",
                    violation_error_message="A delivery needs a key and a kind.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "parked"), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="connections_receiveddelivery_parked_for_a_reason",
                    violation_error_message="A parked delivery needs a reason.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("ended_at__gte", models.F("received_at")),
                            ("state__in", ("done", "ignored", "dismissed")),
                        ),
                        models.Q(
                            models.Q(
                                ("state__in", ("done", "ignored", "dismissed")),
                                _negated=True,
                            ),
                            ("ended_at__isnull", True),
                        ),
                        _connector="OR",
                    ),
                    name="connections_receiveddelivery_ends_once",
                    violation_error_message="A delivery ends after it was received.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("attempts__gte", 0)),
                    name="connections_receiveddelivery_counts_attempts",
                    violation_error_message="Attempts can't be negative.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="data",
                    indexes=(),
                    name="connections_receiveddelivery_data_is_encrypted",
                    violation_error_message="What was received must be encrypted.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ItemOutcome",
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
            ("batch", models.CharField(blank=True, max_length=40)),
            ("number", models.IntegerField(default=0)),
            ("what", models.CharField(max_length=15)),
            (
                "outcome",
                models.CharField(
                    choices=[
                        ("created", "Created"),
                        ("updated", "Updated"),
                        ("restored", "Restored"),
                        ("unchanged", "Unchanged"),
                        ("echo", "Echo of our own change"),
                        ("duplicate", "Duplicate"),
                        ("parked", "Parked"),
                        ("refused", "Refused"),
                    ],
                    max_length=10,
                ),
            ),
            ("reason", models.CharField(blank=True, max_length=40)),
            (
                "fields",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=40),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            ("before", models.BigIntegerField(blank=True, null=True)),
            ("after", models.BigIntegerField(blank=True, null=True)),
            ("made_at", models.DateTimeField(default=medspa.clock.now)),
            ("undone_at", models.DateTimeField(blank=True, null=True)),
            (
                "connection",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="outcomes",
                    to="connections.connection",
                ),
            ),
            (
                "event",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="intake_outcomes",
                    to="kpis.kpievent",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="intake_outcomes",
                    to="leads.lead",
                ),
            ),
            (
                "delivery",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="outcomes",
                    to="connections.receiveddelivery",
                ),
            ),
            ("object_id", models.CharField(blank=True, max_length=120)),
            (
                "kept",
                models.CharField(
                    blank=True,
                    db_default="",
                    default="",
                    max_length=200,
                    verbose_name="why it was kept",
                ),
            ),
            (
                "undo",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="items",
                    to="connections.undorun",
                ),
            ),
        ],
        options={
            "ordering": ["made_at", "number", "id"],
            "default_permissions": (),
            "indexes": [
                models.Index(
                    models.F("connection"),
                    models.F("made_at"),
                    name="connections_outcome_moment",
                ),
                models.Index(
                    models.F("batch"),
                    models.F("number"),
                    condition=models.Q(("batch", ""), _negated=True),
                    name="connections_outcome_batch",
                ),
                models.Index(
                    models.F("what"),
                    models.F("object_id"),
                    condition=models.Q(
                        ("outcome", "parked"),
                        models.Q(("object_id", ""), _negated=True),
                    ),
                    name="connections_outcome_parked",
                ),
                models.Index(
                    models.F("undo"),
                    models.F("id"),
                    condition=models.Q(("undo__isnull", False)),
                    name="connections_outcome_undo",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "outcome__in",
                            [
                                "created",
                                "updated",
                                "restored",
                                "unchanged",
                                "echo",
                                "duplicate",
                                "parked",
                                "refused",
                            ],
                        )
                    ),
                    name="connections_itemoutcome_is_known",
                    violation_error_message="Choose an outcome from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("outcome__in", ["parked", "refused"]), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="connections_itemoutcome_says_why",
                    violation_error_message="A parked or refused item needs a reason.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("undone_at__isnull", True),
                        ("outcome__in", ("created", "updated", "restored")),
                        _connector="OR",
                    ),
                    name="connections_itemoutcome_undoes_what_was_applied",
                    violation_error_message="Only what was applied can be undone.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="UnmatchedEvent",
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
            ("system", models.CharField(max_length=30)),
            ("account", models.CharField(blank=True, max_length=100)),
            ("what", models.CharField(max_length=10)),
            ("object_id", models.CharField(max_length=120)),
            ("parent_id", models.CharField(blank=True, max_length=120)),
            (
                "content",
                medspa.encryption.fields.EncryptedField(
                    associated_data="connections_unmatchedevent.content",
                    blank=True,
                    clean=connections.models.connection.as_it_is,
                    editable=False,
                ),
            ),
            (
                "why",
                models.CharField(
                    choices=[
                        ("nobody", "No one was found"),
                        ("several", "Several people could be meant"),
                        ("no_payment", "Its payment hasn't arrived yet"),
                        ("no_booking", "Its appointment hasn't arrived yet"),
                        ("refused", "It couldn't be recorded"),
                    ],
                    max_length=12,
                ),
            ),
            ("sentence", models.CharField(blank=True, max_length=300)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("matched", "Matched"),
                        ("dismissed", "Dismissed"),
                    ],
                    default="waiting",
                    max_length=10,
                ),
            ),
            ("made_at", models.DateTimeField(default=medspa.clock.now)),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            (
                "connection",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="unmatched",
                    to="connections.connection",
                ),
            ),
            (
                "delivery",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="unmatched",
                    to="connections.receiveddelivery",
                ),
            ),
            (
                "event",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="kpis.kpievent",
                ),
            ),
        ],
        options={
            "ordering": ["made_at", "id"],
            "default_permissions": (),
            "indexes": [
                models.Index(
                    models.F("system"),
                    models.F("account"),
                    models.F("parent_id"),
                    condition=models.Q(
                        ("state", "waiting"), models.Q(("parent_id", ""), _negated=True)
                    ),
                    name="connections_unmatched_parent",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("state", "waiting")),
                    fields=("system", "account", "what", "object_id"),
                    name="connections_unmatchedevent_waits_once",
                    violation_error_message="This event waits already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("state__in", ["waiting", "matched", "dismissed"]),
                        (
                            "why__in",
                            [
                                "nobody",
                                "several",
                                "no_payment",
                                "no_booking",
                                "refused",
                            ],
                        ),
                    ),
                    name="connections_unmatchedevent_state_is_known",
                    violation_error_message="Choose a state and a reason from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("ended_at__isnull", True), ("state", "waiting")),
                        models.Q(
                            models.Q(("state", "waiting"), _negated=True),
                            ("ended_at__gte", models.F("made_at")),
                        ),
                        _connector="OR",
                    ),
                    name="connections_unmatchedevent_ends_once",
                    violation_error_message="It ends when it no longer waits.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="content",
                    indexes=(),
                    name="connections_unmatchedevent_content_is_encrypted",
                    violation_error_message="What was received must be encrypted.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ExternalId",
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
            ("system", models.CharField(max_length=30)),
            ("account", models.CharField(blank=True, max_length=100)),
            ("kind", models.CharField(max_length=30)),
            ("value", models.CharField(max_length=120)),
            ("status", models.CharField(blank=True, max_length=20)),
            ("status_at", models.DateTimeField(blank=True, null=True)),
            ("made_at", models.DateTimeField(default=medspa.clock.now)),
            (
                "event",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="external_ids",
                    to="kpis.kpievent",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="external_ids",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "ordering": ["system", "account", "kind", "value"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("system", "account", "kind", "value"),
                    name="connections_externalid_once",
                    violation_error_message="Another lead or event has this id already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("event__isnull", True), ("lead__isnull", False)),
                        models.Q(("event__isnull", False), ("lead__isnull", True)),
                        _connector="OR",
                    ),
                    name="connections_externalid_is_of_one_row",
                    violation_error_message="An id belongs to a lead or to an event.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("kind__regex", "^[a-z][a-z_]{1,29}$"),
                        ("system__regex", "^[a-z][a-z_]{1,29}$"),
                    ),
                    name="connections_externalid_names_are_codes",
                    violation_error_message="A system and a kind are lower-case words.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("value__regex", "^[A-Za-z0-9_.:/=+-]{1,120}$")),
                    name="connections_externalid_value_is_an_id",
                    violation_error_message="An id has no spaces and no at sign.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="DeliveryCount",
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
            ("day", models.DateField()),
            ("code", models.CharField(max_length=20)),
            ("deliveries", models.IntegerField(default=0)),
            ("last_at", models.DateTimeField()),
            (
                "connection",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="counts",
                    to="connections.connection",
                ),
            ),
        ],
        options={
            "ordering": ["-day", "code"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("connection", "day", "code"),
                    name="connections_deliverycount_once",
                    violation_error_message="This day is counted already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("deliveries__gte", 0)),
                    name="connections_deliverycount_counts",
                    violation_error_message="A count can't be negative.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="FileColumns",
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
            ("system", models.CharField(max_length=30)),
            ("kind", models.CharField(max_length=30)),
            (
                "columns_json",
                models.JSONField(blank=True, default=dict, verbose_name="columns"),
            ),
            (
                "saved_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="saved"),
            ),
        ],
        options={
            "verbose_name_plural": "file columns",
            "ordering": ["system", "kind"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("system", "kind"),
                    name="connections_filecolumns_one_for_a_kind",
                    violation_error_message="The columns of these files are kept already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("kind__regex", "^[a-z][a-z_]{1,29}$"),
                        ("system__regex", "^[a-z][a-z_]{1,29}$"),
                    ),
                    name="connections_filecolumns_names_are_codes",
                    violation_error_message="A system and a kind are lower-case words.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsObject("columns_json")
                    ),
                    name="connections_filecolumns_columns_are_an_object",
                    violation_error_message="The columns must be a JSON object.",
                ),
            ],
        },
    ),
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
                models.BooleanField(default=True, verbose_name="procedure of interest"),
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
            ("wording_version", models.IntegerField(default=1, editable=False)),
            ("source", models.CharField(default="website", max_length=20)),
            (
                "accent",
                models.CharField(default="#4f46e5", max_length=7, verbose_name="color"),
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
            ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
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
                    condition=models.Q(("slug__regex", "^[a-z0-9][a-z0-9-]{0,49}$")),
                    name="connections_webform_slug_is_short",
                    violation_error_message="Use only lowercase letters and digits.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("asks_email", True), ("asks_phone", True), _connector="OR"
                    ),
                    name="connections_webform_asks_a_contact",
                    violation_error_message="Ask for an email, a phone or both.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("email_wording", ""), ("asks_email", True), _connector="OR"
                        ),
                        models.Q(
                            ("text_wording", ""), ("asks_phone", True), _connector="OR"
                        ),
                    ),
                    name="connections_webform_consents_have_contacts",
                    violation_error_message="To ask for consent to emails, ask for the email. To ask for consent to texts, ask for the phone.",
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
                models.BooleanField(default=True, verbose_name="procedure of interest"),
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
            ("wording_version", models.IntegerField(default=1, editable=False)),
            ("source", models.CharField(default="website", max_length=20)),
            (
                "accent",
                models.CharField(default="#4f46e5", max_length=7, verbose_name="color"),
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
    migrations.CreateModel(
        name="KnownThere",
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
            ("field", models.CharField(max_length=40)),
            ("digest", models.BinaryField(max_length=16)),
            ("is_ours", models.BooleanField(default=False)),
            ("at", models.DateTimeField(default=medspa.clock.now)),
            ("changes", models.SmallIntegerField(default=0)),
            ("counted_from", models.DateTimeField(default=medspa.clock.now)),
            ("parked_at", models.DateTimeField(blank=True, null=True)),
            (
                "connection",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="known_there",
                    to="connections.connection",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="known_there",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "verbose_name_plural": "known there",
            "default_permissions": (),
            "indexes": [
                models.Index(
                    models.F("connection"),
                    condition=models.Q(("parked_at__isnull", False)),
                    name="connections_known_parked",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    fields=("connection", "lead", "field"),
                    name="connections_knownthere_once",
                    violation_error_message="One value of a field is known.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="OutgoingChange",
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
            ("field", models.CharField(max_length=20)),
            ("detail", models.CharField(blank=True, db_default="", max_length=25)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("sent", "Sent"),
                        ("same", "Already the same there"),
                        ("overruled", "Changed there later"),
                        ("parked", "Parked"),
                    ],
                    db_default="waiting",
                    default="waiting",
                    max_length=10,
                ),
            ),
            ("reason", models.CharField(blank=True, db_default="", max_length=30)),
            ("attempts", models.SmallIntegerField(db_default=0, default=0)),
            (
                "changed_at",
                models.DateTimeField(
                    db_default=medspa.clock.ClockTimestamp(), default=medspa.clock.now
                ),
            ),
            (
                "next_at",
                models.DateTimeField(
                    db_default=medspa.clock.ClockTimestamp(), default=medspa.clock.now
                ),
            ),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            (
                "connection",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="outgoing",
                    to="connections.connection",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="outgoing",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "ordering": ["id"],
            "default_permissions": (),
            "indexes": [
                models.Index(
                    models.F("connection"),
                    models.F("next_at"),
                    condition=models.Q(("state", "waiting")),
                    name="connections_outgoing_due",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("state", "waiting")),
                    fields=("connection", "lead", "field", "detail"),
                    name="connections_outgoingchange_waits_once",
                    violation_error_message="This change waits already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "state__in",
                            ["waiting", "sent", "same", "overruled", "parked"],
                        )
                    ),
                    name="connections_outgoingchange_state_is_known",
                    violation_error_message="Choose a state from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("ended_at__isnull", True), ("state", "waiting")),
                        models.Q(
                            models.Q(("state", "waiting"), _negated=True),
                            ("ended_at__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="connections_outgoingchange_ends_once",
                    violation_error_message="A change ends when it no longer waits.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="StreamState",
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
            (
                "stream",
                models.CharField(
                    choices=[
                        ("contacts", "Contacts"),
                        ("opportunities", "Opportunities"),
                        ("appointments", "Appointments"),
                        ("transactions", "Payments"),
                    ],
                    max_length=15,
                ),
            ),
            ("bookmark", models.DateTimeField(blank=True, null=True)),
            ("polled_at", models.DateTimeField(blank=True, null=True)),
            ("compared_at", models.DateTimeField(blank=True, null=True)),
            ("drift", models.JSONField(blank=True, default=dict)),
            ("place_at", models.BigIntegerField(blank=True, null=True)),
            ("place_id", models.CharField(blank=True, max_length=64)),
            ("failure", models.CharField(blank=True, max_length=30)),
            ("failing_since", models.DateTimeField(blank=True, null=True)),
            (
                "connection",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="streams",
                    to="connections.connection",
                ),
            ),
            ("preview", models.JSONField(blank=True, db_default={}, default=dict)),
            ("previewed_at", models.DateTimeField(blank=True, null=True)),
        ],
        options={
            "ordering": ["connection", "stream"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("connection", "stream"),
                    name="connections_streamstate_one_for_a_stream",
                    violation_error_message="This stream is followed already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "stream__in",
                            [
                                "contacts",
                                "opportunities",
                                "appointments",
                                "transactions",
                            ],
                        )
                    ),
                    name="connections_streamstate_stream_is_known",
                    violation_error_message="Choose a stream from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsObject("drift")
                    ),
                    name="connections_streamstate_drift_is_an_object",
                    violation_error_message="The differences must be a JSON object.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("failing_since__isnull", True), ("failure", "")),
                        models.Q(
                            models.Q(("failure", ""), _negated=True),
                            ("failing_since__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="connections_streamstate_fails_since_a_moment",
                    violation_error_message="A failure has a moment since when it is one.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsObject("preview")
                    ),
                    name="connections_streamstate_preview_is_an_object",
                    violation_error_message="The preview must be a JSON object.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="IntakeBatch",
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
            ("title", models.CharField(max_length=150)),
            (
                "made_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="imported"),
            ),
            (
                "connection",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="batches",
                    to="connections.connection",
                ),
            ),
            (
                "made_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name_plural": "intake batches",
            "ordering": ["-made_at", "-id"],
            "default_permissions": (),
            "indexes": [
                models.Index(models.F("made_at"), name="connections_intakebatch_made")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("title", ""), _negated=True),
                    name="connections_intakebatch_has_a_title",
                    violation_error_message="An import needs a title.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="UndoRun",
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
            ("since", models.DateTimeField(blank=True, null=True)),
            ("until", models.DateTimeField(blank=True, null=True)),
            (
                "made_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="started"),
            ),
            (
                "ended_at",
                models.DateTimeField(blank=True, null=True, verbose_name="ended"),
            ),
            (
                "batch",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="undos",
                    to="connections.intakebatch",
                ),
            ),
            (
                "connection",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="undos",
                    to="connections.connection",
                ),
            ),
            (
                "made_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "work",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="medspa.jobrun",
                ),
            ),
        ],
        options={
            "ordering": ["-made_at", "-id"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("batch",),
                    name="connections_undorun_one_for_a_batch",
                    violation_error_message="This import was already undone.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("ended_at__isnull", True)),
                    fields=("connection",),
                    name="connections_undorun_one_at_a_time",
                    violation_error_message="Someone is undoing this connection already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("batch__isnull", False),
                            ("connection__isnull", True),
                            ("since__isnull", True),
                            ("until__isnull", True),
                        ),
                        models.Q(
                            ("batch__isnull", True),
                            ("connection__isnull", False),
                            ("since__isnull", False),
                            ("until__gt", models.F("since")),
                            ("until__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="connections_undorun_is_of_a_batch_or_a_period",
                    violation_error_message="The end must be after the start.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="FieldDifference",
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
                "field",
                models.CharField(
                    choices=[
                        ("first_name", "First name"),
                        ("email", "Email"),
                        ("phone", "Phone"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "found_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="found"),
            ),
            (
                "connection",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="differences",
                    to="connections.connection",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="differences",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "ordering": ["-found_at", "id"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("connection", "lead", "field"),
                    name="connections_fielddifference_once",
                    violation_error_message="This difference is known already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("field__in", ["first_name", "email", "phone"])),
                    name="connections_fielddifference_field_is_compared",
                    violation_error_message="Choose a field from the list.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="OpenBreaker",
        fields=[
            (
                "connection",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="open_breaker",
                    serialize=False,
                    to="connections.connection",
                ),
            ),
            (
                "opened_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="opened"),
            ),
            (
                "tries_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="next try"),
            ),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="PaymentRank",
        fields=[
            (
                "system",
                models.CharField(max_length=30, primary_key=True, serialize=False),
            ),
            ("place", models.SmallIntegerField()),
        ],
        options={
            "ordering": ["place", "system"],
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("system__regex", "^[a-z][a-z_]{1,29}$")),
                    name="connections_paymentrank_system_is_a_code",
                    violation_error_message="A system is a lower-case word.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("place__gte", 1)),
                    name="connections_paymentrank_place_is_positive",
                    violation_error_message="Places begin with 1.",
                ),
            ],
        },
    ),
)
