"""The models of medspa as they are after 0031_alerts."""

import re

import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.fields.json
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import medspa.audit.history
import medspa.clock
import medspa.encryption.fields
import medspa.ids
import medspa.json_columns.conditions
import medspa.reading.cleaning

MODELS = (
    migrations.CreateModel(
        name="User",
        fields=[
            ("password", models.CharField(max_length=128, verbose_name="password")),
            (
                "last_login",
                models.DateTimeField(blank=True, null=True, verbose_name="last login"),
            ),
            (
                "is_superuser",
                models.BooleanField(
                    default=False,
                    help_text="Designates that this user has all permissions without explicitly assigning them.",
                    verbose_name="superuser status",
                ),
            ),
            (
                "username",
                models.CharField(
                    error_messages={
                        "unique": "A user with that username already exists."
                    },
                    help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                    max_length=150,
                    unique=True,
                    validators=[
                        django.contrib.auth.validators.UnicodeUsernameValidator()
                    ],
                    verbose_name="username",
                ),
            ),
            (
                "first_name",
                models.CharField(blank=True, max_length=150, verbose_name="first name"),
            ),
            (
                "last_name",
                models.CharField(blank=True, max_length=150, verbose_name="last name"),
            ),
            (
                "email",
                models.EmailField(
                    blank=True, max_length=254, verbose_name="email address"
                ),
            ),
            (
                "is_active",
                models.BooleanField(
                    default=True,
                    help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                    verbose_name="active",
                ),
            ),
            (
                "date_joined",
                models.DateTimeField(
                    default=django.utils.timezone.now, verbose_name="date joined"
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
                "is_staff",
                models.BooleanField(
                    default=True,
                    help_text="Turn off to block sign-in.",
                    verbose_name="can sign in",
                ),
            ),
            (
                "groups",
                models.ManyToManyField(
                    blank=True,
                    related_name="user_set",
                    related_query_name="user",
                    to="auth.group",
                    verbose_name="roles",
                ),
            ),
            (
                "user_permissions",
                models.ManyToManyField(
                    blank=True,
                    help_text="Specific permissions for this user.",
                    related_name="user_set",
                    related_query_name="user",
                    to="auth.permission",
                    verbose_name="user permissions",
                ),
            ),
            (
                "sessions_ended_at",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
        ],
        options={
            "verbose_name": "person",
            "verbose_name_plural": "people",
            "constraints": [
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("email"),
                    condition=models.Q(("email", ""), _negated=True),
                    name="medspa_user_email_is_unique",
                    violation_error_message="Someone else already has this email.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="UserHistory",
        fields=[
            (
                "is_superuser",
                models.BooleanField(
                    default=False,
                    help_text="Designates that this user has all permissions without explicitly assigning them.",
                    verbose_name="superuser status",
                ),
            ),
            (
                "username",
                models.CharField(
                    db_index=True,
                    error_messages={
                        "unique": "A user with that username already exists."
                    },
                    help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                    max_length=150,
                    validators=[
                        django.contrib.auth.validators.UnicodeUsernameValidator()
                    ],
                    verbose_name="username",
                ),
            ),
            (
                "first_name",
                models.CharField(blank=True, max_length=150, verbose_name="first name"),
            ),
            (
                "last_name",
                models.CharField(blank=True, max_length=150, verbose_name="last name"),
            ),
            (
                "email",
                models.EmailField(
                    blank=True, max_length=254, verbose_name="email address"
                ),
            ),
            (
                "is_active",
                models.BooleanField(
                    default=True,
                    help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                    verbose_name="active",
                ),
            ),
            (
                "date_joined",
                models.DateTimeField(
                    default=django.utils.timezone.now, verbose_name="date joined"
                ),
            ),
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
            (
                "is_staff",
                models.BooleanField(
                    default=True,
                    help_text="Turn off to block sign-in.",
                    verbose_name="can sign in",
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
            "verbose_name": "historical person",
            "verbose_name_plural": "historical people",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="JobRun",
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
            ("kind", models.CharField(max_length=60)),
            ("key", models.CharField(blank=True, max_length=100)),
            ("title", models.CharField(max_length=200)),
            ("arguments", models.JSONField(blank=True, default=dict)),
            ("after", models.CharField(blank=True, max_length=200)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("running", "Running"),
                        ("done", "Done"),
                        ("failed", "Failed"),
                        ("cancelled", "Canceled"),
                    ],
                    default="waiting",
                    max_length=10,
                ),
            ),
            ("attempt", models.IntegerField(default=0)),
            (
                "job",
                models.BigIntegerField(blank=True, null=True, verbose_name="queue job"),
            ),
            ("done", models.IntegerField(default=0)),
            ("total", models.IntegerField(default=0, help_text="0 until it is known.")),
            ("outcome", models.CharField(blank=True, max_length=300)),
            ("failure", models.CharField(blank=True, max_length=300)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="started",
                ),
            ),
            ("started_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "heartbeat_at",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            (
                "cancel_asked_at",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            (
                "finished_at",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            (
                "made_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "background job",
            "ordering": ["-created_at", "-id"],
            "default_permissions": ("view",),
            "indexes": [
                models.Index(
                    fields=["made_by", "-created_at"], name="medspa_jobrun_of_person"
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "state__in",
                            ["waiting", "running", "done", "failed", "cancelled"],
                        )
                    ),
                    name="medspa_jobrun_state_is_known",
                    violation_error_message="Choose a state from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("kind", ""), _negated=True),
                        models.Q(("title", ""), _negated=True),
                    ),
                    name="medspa_jobrun_kind_and_title_are_given",
                    violation_error_message="A job needs a title.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsObject("arguments")
                    ),
                    name="medspa_jobrun_arguments_are_an_object",
                    violation_error_message="The arguments are a JSON object.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("done__gte", 0),
                        ("total__gte", 0),
                        models.Q(
                            ("total", 0),
                            ("done__lte", models.F("total")),
                            _connector="OR",
                        ),
                    ),
                    name="medspa_jobrun_counts_fit",
                    violation_error_message="The progress can't exceed the total.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("after", ""),
                        models.Q(
                            ("after__startswith", "/"),
                            models.Q(("after__startswith", "//"), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="medspa_jobrun_after_is_a_page_of_ours",
                    violation_error_message="The result must be a page of this site.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "running"), _negated=True),
                        ("started_at__isnull", False),
                        _connector="OR",
                    ),
                    name="medspa_jobrun_has_started",
                    violation_error_message="A running job needs a start time.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("finished_at__isnull", True),
                            ("state__in", ("waiting", "running")),
                        ),
                        models.Q(
                            ("finished_at__isnull", False),
                            ("state__in", ("done", "failed", "cancelled")),
                        ),
                        _connector="OR",
                    ),
                    name="medspa_jobrun_has_finished",
                    violation_error_message="Only a finished job has an end time.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("state", "failed"),
                            models.Q(("failure", ""), _negated=True),
                        ),
                        models.Q(
                            models.Q(("state", "failed"), _negated=True),
                            ("failure", ""),
                        ),
                        _connector="OR",
                    ),
                    name="medspa_jobrun_failure_is_said",
                    violation_error_message="Only a failed job has an error message.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(
                        ("state__in", ("waiting", "running")),
                        models.Q(("key", ""), _negated=True),
                    ),
                    fields=("kind", "key"),
                    name="medspa_jobrun_runs_once",
                    violation_error_message="This is already running.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="User_groupsHistory",
        fields=[
            (
                "id",
                models.BigIntegerField(
                    auto_created=True, blank=True, db_index=True, verbose_name="ID"
                ),
            ),
            ("m2m_history_id", models.AutoField(primary_key=True, serialize=False)),
            (
                "group",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    db_tablespace="",
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="auth.group",
                ),
            ),
            (
                "history",
                models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    to="medspa.userhistory",
                ),
            ),
            (
                "user",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    db_tablespace="",
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "User_groupsHistory",
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="KeyCheck",
        fields=[
            ("id", models.CharField(max_length=20, primary_key=True, serialize=False)),
            (
                "purpose",
                models.CharField(
                    choices=[("field", "Field encryption"), ("index", "Blind index")],
                    max_length=5,
                ),
            ),
            ("proof", models.BinaryField()),
            ("position", models.JSONField(default=dict)),
            (
                "created_at",
                models.DateTimeField(default=django.utils.timezone.now, editable=False),
            ),
        ],
        options={
            "ordering": ["id"],
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="ClinicLogo",
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
            ("media_type", models.CharField(max_length=20)),
            ("width", models.SmallIntegerField()),
            ("height", models.SmallIntegerField()),
            ("content", models.BinaryField()),
            (
                "created_at",
                models.DateTimeField(
                    db_default=django.db.models.functions.datetime.Now(), editable=False
                ),
            ),
        ],
        options={
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("media_type__in", ("image/png", "image/jpeg", "image/webp"))
                    ),
                    name="medspa_cliniclogo_is_a_picture",
                    violation_error_message="Upload a PNG, JPEG or WebP image.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ClinicHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            ("id", models.SmallIntegerField(db_index=True, default=1, editable=False)),
            ("name", models.CharField(max_length=80)),
            ("country", models.CharField(max_length=2)),
            ("time_zone", models.CharField(max_length=64)),
            ("currency", models.CharField(max_length=3)),
            (
                "week_start",
                models.SmallIntegerField(
                    choices=[(0, "Sunday"), (1, "Monday"), (6, "Saturday")],
                    default=0,
                    verbose_name="week starts on",
                ),
            ),
            ("opening_hours", models.JSONField(blank=True, default=dict)),
            ("holidays", models.JSONField(blank=True, default=list)),
            (
                "leads_kept_years",
                models.SmallIntegerField(
                    default=7, verbose_name="leads kept for (years)"
                ),
            ),
            (
                "kpi_events_kept_years",
                models.SmallIntegerField(
                    default=5, verbose_name="payments and events kept for (years)"
                ),
            ),
            (
                "activities_kept_years",
                models.SmallIntegerField(
                    default=3, verbose_name="activities kept for (years)"
                ),
            ),
            ("updated_at", models.DateTimeField(blank=True, editable=False)),
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
                "logo",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="medspa.cliniclogo",
                ),
            ),
            (
                "requires_second_step",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    verbose_name="managers and administrators need two-step sign-in",
                ),
            ),
        ],
        options={
            "verbose_name": "historical clinic",
            "verbose_name_plural": "historical clinics",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="Clinic",
        fields=[
            (
                "id",
                models.SmallIntegerField(
                    default=1, editable=False, primary_key=True, serialize=False
                ),
            ),
            ("name", models.CharField(max_length=80)),
            ("country", models.CharField(max_length=2)),
            ("time_zone", models.CharField(max_length=64)),
            ("currency", models.CharField(max_length=3)),
            (
                "week_start",
                models.SmallIntegerField(
                    choices=[(0, "Sunday"), (1, "Monday"), (6, "Saturday")],
                    default=0,
                    verbose_name="week starts on",
                ),
            ),
            ("opening_hours", models.JSONField(blank=True, default=dict)),
            ("holidays", models.JSONField(blank=True, default=list)),
            (
                "leads_kept_years",
                models.SmallIntegerField(
                    default=7, verbose_name="leads kept for (years)"
                ),
            ),
            (
                "kpi_events_kept_years",
                models.SmallIntegerField(
                    default=5, verbose_name="payments and events kept for (years)"
                ),
            ),
            (
                "activities_kept_years",
                models.SmallIntegerField(
                    default=3, verbose_name="activities kept for (years)"
                ),
            ),
            (
                "skipped_steps",
                models.JSONField(blank=True, default=list, editable=False),
            ),
            ("updated_at", models.DateTimeField(auto_now=True)),
            (
                "logo",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="medspa.cliniclogo",
                ),
            ),
            ("set_up_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "requires_second_step",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    verbose_name="managers and administrators need two-step sign-in",
                ),
            ),
        ],
        options={
            "default_permissions": ("view", "change"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("id", 1)),
                    name="medspa_clinic_is_the_only_one",
                    violation_error_message="There is only one clinic.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("name__regex", "\\S")),
                    name="medspa_clinic_name_is_given",
                    violation_error_message="Enter the clinic's name.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("country__regex", "^[A-Z]{2}$")),
                    name="medspa_clinic_country_is_a_code",
                    violation_error_message="Choose a country from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("time_zone__regex", "^[A-Za-z]")),
                    name="medspa_clinic_time_zone_is_given",
                    violation_error_message="Choose a time zone from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "currency__in",
                            [
                                "USD",
                                "CAD",
                                "GBP",
                                "EUR",
                                "AUD",
                                "NZD",
                                "AED",
                                "BRL",
                                "CHF",
                                "CZK",
                                "DKK",
                                "HKD",
                                "ILS",
                                "INR",
                                "MXN",
                                "NOK",
                                "PLN",
                                "SAR",
                                "SEK",
                                "SGD",
                                "THB",
                                "TRY",
                                "ZAR",
                            ],
                        )
                    ),
                    name="medspa_clinic_currency_is_known",
                    violation_error_message="Choose a currency from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("week_start__in", [0, 1, 6])),
                    name="medspa_clinic_week_start_is_known",
                    violation_error_message="Choose a weekday from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.HasOnlyKeys(
                            "opening_hours",
                            [
                                "monday",
                                "tuesday",
                                "wednesday",
                                "thursday",
                                "friday",
                                "saturday",
                                "sunday",
                            ],
                        )
                    ),
                    name="medspa_clinic_opening_hours_name_weekdays",
                    violation_error_message="Opening hours are given by weekday.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        django.db.models.lookups.GreaterThan(
                            django.db.models.fields.json.KeyTextTransform(
                                "closes",
                                django.db.models.fields.json.KeyTextTransform(
                                    "monday", "opening_hours"
                                ),
                            ),
                            django.db.models.fields.json.KeyTextTransform(
                                "opens",
                                django.db.models.fields.json.KeyTextTransform(
                                    "monday", "opening_hours"
                                ),
                            ),
                        ),
                        django.db.models.lookups.GreaterThan(
                            django.db.models.fields.json.KeyTextTransform(
                                "closes",
                                django.db.models.fields.json.KeyTextTransform(
                                    "tuesday", "opening_hours"
                                ),
                            ),
                            django.db.models.fields.json.KeyTextTransform(
                                "opens",
                                django.db.models.fields.json.KeyTextTransform(
                                    "tuesday", "opening_hours"
                                ),
                            ),
                        ),
                        django.db.models.lookups.GreaterThan(
                            django.db.models.fields.json.KeyTextTransform(
                                "closes",
                                django.db.models.fields.json.KeyTextTransform(
                                    "wednesday", "opening_hours"
                                ),
                            ),
                            django.db.models.fields.json.KeyTextTransform(
                                "opens",
                                django.db.models.fields.json.KeyTextTransform(
                                    "wednesday", "opening_hours"
                                ),
                            ),
                        ),
                        django.db.models.lookups.GreaterThan(
                            django.db.models.fields.json.KeyTextTransform(
                                "closes",
                                django.db.models.fields.json.KeyTextTransform(
                                    "thursday", "opening_hours"
                                ),
                            ),
                            django.db.models.fields.json.KeyTextTransform(
                                "opens",
                                django.db.models.fields.json.KeyTextTransform(
                                    "thursday", "opening_hours"
                                ),
                            ),
                        ),
                        django.db.models.lookups.GreaterThan(
                            django.db.models.fields.json.KeyTextTransform(
                                "closes",
                                django.db.models.fields.json.KeyTextTransform(
                                    "friday", "opening_hours"
                                ),
                            ),
                            django.db.models.fields.json.KeyTextTransform(
                                "opens",
                                django.db.models.fields.json.KeyTextTransform(
                                    "friday", "opening_hours"
                                ),
                            ),
                        ),
                        django.db.models.lookups.GreaterThan(
                            django.db.models.fields.json.KeyTextTransform(
                                "closes",
                                django.db.models.fields.json.KeyTextTransform(
                                    "saturday", "opening_hours"
                                ),
                            ),
                            django.db.models.fields.json.KeyTextTransform(
                                "opens",
                                django.db.models.fields.json.KeyTextTransform(
                                    "saturday", "opening_hours"
                                ),
                            ),
                        ),
                        django.db.models.lookups.GreaterThan(
                            django.db.models.fields.json.KeyTextTransform(
                                "closes",
                                django.db.models.fields.json.KeyTextTransform(
                                    "sunday", "opening_hours"
                                ),
                            ),
                            django.db.models.fields.json.KeyTextTransform(
                                "opens",
                                django.db.models.fields.json.KeyTextTransform(
                                    "sunday", "opening_hours"
                                ),
                            ),
                        ),
                    ),
                    name="medspa_clinic_closes_after_it_opens",
                    violation_error_message="The closing time must be after the opening time.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsArray("holidays")
                    ),
                    name="medspa_clinic_holidays_are_a_list",
                    violation_error_message="Holidays are given as a list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsArray("skipped_steps")
                    ),
                    name="medspa_clinic_skipped_steps_are_a_list",
                    violation_error_message="Skipped steps are given as a list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("leads_kept_years__gte", 2), ("leads_kept_years__lte", 7)
                    ),
                    name="medspa_clinic_leads_kept_years_fit",
                    violation_error_message="Choose 2 to 7 years.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("kpi_events_kept_years__gte", 2),
                        ("kpi_events_kept_years__lte", 5),
                    ),
                    name="medspa_clinic_kpi_events_kept_years_fit",
                    violation_error_message="Choose 2 to 5 years.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("activities_kept_years__gte", 2),
                        ("activities_kept_years__lte", 3),
                    ),
                    name="medspa_clinic_activities_kept_years_fit",
                    violation_error_message="Choose 2 to 3 years.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("leads_kept_years__gte", models.F("kpi_events_kept_years")),
                        ("leads_kept_years__gte", models.F("activities_kept_years")),
                    ),
                    name="medspa_clinic_leads_outlast_their_records",
                    violation_error_message="Keep leads at least as long as their payments and activities.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="OwnerLink",
        fields=[
            (
                "token_hash",
                models.CharField(
                    editable=False, max_length=64, primary_key=True, serialize=False
                ),
            ),
            ("expires_at", models.DateTimeField()),
            ("used_at", models.DateTimeField(blank=True, null=True)),
        ],
        options={
            "default_permissions": (),
        },
    ),
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
            (
                "created_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="emailed_links",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ["-created_at", "-id"],
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("kind__in", ["invitation", "email_change"])),
                    name="medspa_emailedlink_kind_is_known",
                    violation_error_message="Choose a kind of link from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("email", ""), _negated=True),
                    name="medspa_emailedlink_has_an_address",
                    violation_error_message="A link needs an email address.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("expires_at__gt", models.F("created_at"))),
                    name="medspa_emailedlink_expires_later",
                    violation_error_message="A link expires after it was created.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("used_at__isnull", True),
                        ("revoked_at__isnull", True),
                        _connector="OR",
                    ),
                    name="medspa_emailedlink_ends_once",
                    violation_error_message="A link that was used can't be revoked.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(
                        ("revoked_at__isnull", True), ("used_at__isnull", True)
                    ),
                    fields=("person", "kind"),
                    name="medspa_emailedlink_is_the_only_open_one",
                    violation_error_message="There is already an open link.",
                ),
            ],
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
                models.GenericIPAddressField(null=True, verbose_name="network address"),
            ),
            (
                "created_at",
                models.DateTimeField(db_index=True, default=django.utils.timezone.now),
            ),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="AuditEvent",
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
            ("kind", models.CharField(editable=False, max_length=60)),
            ("name", models.CharField(editable=False, max_length=150)),
            (
                "address",
                models.GenericIPAddressField(
                    editable=False, null=True, verbose_name="IP address"
                ),
            ),
            (
                "subject_type",
                models.CharField(blank=True, editable=False, max_length=60),
            ),
            ("subject_id", models.CharField(blank=True, editable=False, max_length=25)),
            ("details", models.JSONField(blank=True, default=dict, editable=False)),
            (
                "occurred_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "audit event",
            "ordering": ["-occurred_at", "-id"],
            "default_permissions": ("view",),
            "indexes": [
                models.Index(fields=["occurred_at", "id"], name="medspa_audit_by_time"),
                models.Index(
                    fields=["person", "occurred_at", "id"],
                    name="medspa_audit_by_person",
                ),
                models.Index(
                    fields=["kind", "occurred_at", "id"], name="medspa_audit_by_kind"
                ),
                models.Index(
                    fields=["subject_id", "occurred_at", "id"],
                    name="medspa_audit_by_subject",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("kind__regex", "^[a-z][a-z_]*$")),
                    name="medspa_auditevent_kind_is_named",
                    violation_error_message="An event has the name of a kind.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="medspa_auditevent_says_who",
                    violation_error_message="An event says who did it.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("subject_id", ""), ("subject_type", "")),
                        models.Q(
                            models.Q(("subject_type", ""), _negated=True),
                            models.Q(("subject_id", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="medspa_auditevent_subject_is_whole",
                    violation_error_message="A subject has a type and an id.",
                ),
                models.CheckConstraint(
                    condition=medspa.json_columns.conditions.IsObject("details"),
                    name="medspa_auditevent_details_is_an_object",
                    violation_error_message="Details are a JSON object.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="HistoryChange",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            (
                "act",
                models.CharField(
                    choices=[
                        ("remove", "Removed"),
                        ("overwrite", "Overwritten"),
                        ("reencrypt", "Encrypted again"),
                    ],
                    editable=False,
                    max_length=10,
                ),
            ),
            ("table_name", models.CharField(editable=False, max_length=63)),
            (
                "ids",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.TextField(), editable=False, size=None
                ),
            ),
            (
                "fingerprints",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.BinaryField(),
                    default=list,
                    editable=False,
                    size=None,
                ),
            ),
            ("why", models.CharField(editable=False, max_length=200)),
            (
                "made_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
                ),
            ),
        ],
        options={
            "verbose_name": "change of history",
            "ordering": ["-id"],
            "default_permissions": (),
            "indexes": [
                models.Index(fields=["table_name", "id"], name="medspa_change_by_table")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("act__in", ["remove", "overwrite", "reencrypt"])
                    ),
                    name="medspa_historychange_act_is_known",
                    violation_error_message="History is removed, overwritten or encrypted.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("act", "remove"),
                        django.db.models.lookups.Exact(
                            models.Func("fingerprints", function="cardinality"),
                            models.Func("ids", function="cardinality"),
                        ),
                        _connector="OR",
                    ),
                    name="medspa_historychange_has_its_fingerprints",
                    violation_error_message="Each overwritten row has its fingerprint.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PersonSession",
        fields=[
            (
                "session_key",
                models.CharField(
                    max_length=40,
                    primary_key=True,
                    serialize=False,
                    verbose_name="session key",
                ),
            ),
            ("session_data", models.TextField(verbose_name="session data")),
            (
                "expire_date",
                models.DateTimeField(db_index=True, verbose_name="expire date"),
            ),
            ("device", models.CharField(blank=True, max_length=60)),
            (
                "address",
                models.GenericIPAddressField(null=True, verbose_name="network address"),
            ),
            ("begun_at", models.DateTimeField(null=True, verbose_name="signed in")),
            ("seen_at", models.DateTimeField(null=True, verbose_name="last active")),
            (
                "person",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="sessions",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="RecoveryCode",
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
            ("code_hash", models.CharField(editable=False, max_length=64, unique=True)),
            (
                "created_at",
                models.DateTimeField(default=django.utils.timezone.now, editable=False),
            ),
            ("used_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="recovery_codes",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="KnownDevice",
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
            ("token_hash", models.CharField(editable=False, max_length=64)),
            ("device", models.CharField(blank=True, max_length=60)),
            (
                "created_at",
                models.DateTimeField(default=django.utils.timezone.now, editable=False),
            ),
            (
                "last_used_at",
                models.DateTimeField(default=django.utils.timezone.now, editable=False),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="known_devices",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("person", "token_hash"),
                    name="medspa_knowndevice_is_known_once",
                    violation_error_message="This device is known already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Passkey",
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
            ("name", models.CharField(max_length=60)),
            ("credential_id", models.BinaryField(max_length=1023)),
            (
                "credential_hash",
                models.CharField(editable=False, max_length=64, unique=True),
            ),
            ("public_key", models.BinaryField(max_length=1023)),
            ("sign_count", models.BigIntegerField(default=0, editable=False)),
            (
                "transports",
                models.CharField(blank=True, editable=False, max_length=100),
            ),
            ("is_synced", models.BooleanField(default=False, editable=False)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="added",
                ),
            ),
            (
                "last_used_at",
                models.DateTimeField(
                    editable=False, null=True, verbose_name="last used"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="passkeys",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ["created_at", "id"],
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("name__regex", "\\S")),
                    name="medspa_passkey_has_a_name",
                    violation_error_message="Enter a name for the passkey.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="TotpDevice",
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
                "secret",
                medspa.encryption.fields.EncryptedField(
                    associated_data="medspa_totpdevice.secret",
                    clean=medspa.reading.cleaning.clean_text,
                    editable=False,
                ),
            ),
            ("last_step", models.BigIntegerField(default=-1, editable=False)),
            ("drift", models.SmallIntegerField(default=0, editable=False)),
            ("failures", models.IntegerField(default=0, editable=False)),
            ("failed_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="added",
                ),
            ),
            (
                "confirmed_at",
                models.DateTimeField(blank=True, editable=False, null=True),
            ),
            (
                "last_used_at",
                models.DateTimeField(
                    editable=False, null=True, verbose_name="last used"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="totp_devices",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "authenticator app",
            "default_permissions": (),
            "constraints": [
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="secret",
                    indexes=(),
                    name="medspa_totpdevice_secret_is_encrypted",
                    violation_error_message="The secret must be encrypted.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("confirmed_at__isnull", False)),
                    fields=("person",),
                    name="medspa_totpdevice_is_the_only_one",
                    violation_error_message="There is already an authenticator app.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("confirmed_at__isnull", True)),
                    fields=("person",),
                    name="medspa_totpdevice_is_set_up_once_at_a_time",
                    violation_error_message="An authenticator app is being set up already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("drift__gte", -1), ("drift__lte", 1)),
                    name="medspa_totpdevice_drift_is_one_step",
                    violation_error_message="A clock may be one step off.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("failures__gte", 0)),
                    name="medspa_totpdevice_failures_are_counted",
                    violation_error_message="Failures are counted from zero.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Measurement",
        fields=[
            (
                "name",
                models.CharField(max_length=40, primary_key=True, serialize=False),
            ),
            ("value", models.FloatField(blank=True, null=True)),
            ("problem", models.CharField(blank=True, max_length=300)),
            ("measured_at", models.DateTimeField()),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="RequestMinute",
        fields=[
            ("minute", models.DateTimeField(primary_key=True, serialize=False)),
            ("requests", models.IntegerField(default=0)),
            ("errors", models.IntegerField(default=0)),
        ],
        options={
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("errors__gte", 0), ("errors__lte", models.F("requests"))
                    ),
                    name="medspa_requestminute_errors_are_requests",
                    violation_error_message="More errors than requests.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="RequestTotal",
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
            ("view", models.CharField(max_length=100)),
            ("status", models.SmallIntegerField()),
            ("requests", models.BigIntegerField(default=0)),
            ("milliseconds", models.BigIntegerField(default=0)),
            (
                "buckets",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.BigIntegerField(), size=None
                ),
            ),
        ],
        options={
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("view", "status"),
                    name="medspa_requesttotal_once_a_view_and_status",
                    violation_error_message="These requests are counted already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Alert",
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
            ("name", models.CharField(max_length=60)),
            (
                "severity",
                models.SmallIntegerField(choices=[(1, "warning"), (2, "error")]),
            ),
            ("words", models.CharField(max_length=500)),
            ("to_do", models.CharField(max_length=500)),
            ("began_at", models.DateTimeField()),
            ("told_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
        ],
        options={
            "ordering": ["-began_at", "-id"],
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("severity__in", [1, 2])),
                    name="medspa_alert_severity_is_known",
                    violation_error_message="An alert is a warning or an error.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("ended_at__isnull", True),
                        ("ended_at__gte", models.F("began_at")),
                        _connector="OR",
                    ),
                    name="medspa_alert_ends_after_it_began",
                    violation_error_message="An alert ends after it began.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("ended_at__isnull", True)),
                    fields=("name",),
                    name="medspa_alert_is_open_once",
                    violation_error_message="There is an open alert about this.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="AlertMessage",
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
                        ("began", "Began"),
                        ("reminder", "Still so"),
                        ("over", "Over"),
                    ],
                    max_length=10,
                ),
            ),
            (
                "channel",
                models.CharField(
                    choices=[("email", "Email"), ("webhook", "Webhook")], max_length=10
                ),
            ),
            ("target", models.EmailField(blank=True, max_length=254)),
            ("attempts", models.IntegerField(default=0)),
            ("problem", models.CharField(blank=True, max_length=200)),
            ("created_at", models.DateTimeField()),
            ("due_at", models.DateTimeField(blank=True, null=True)),
            ("sent_at", models.DateTimeField(blank=True, null=True)),
            (
                "alert",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="messages",
                    to="medspa.alert",
                ),
            ),
        ],
        options={
            "ordering": ["created_at", "id"],
            "default_permissions": (),
            "indexes": [
                models.Index(
                    condition=models.Q(("due_at__isnull", False)),
                    fields=["due_at"],
                    name="medspa_alertmessage_due",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("kind__in", ["began", "reminder", "over"])),
                    name="medspa_alertmessage_kind_is_known",
                    violation_error_message="Choose a kind of message from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("channel", "email"),
                            models.Q(("target", ""), _negated=True),
                        ),
                        models.Q(("channel", "webhook"), ("target", "")),
                        _connector="OR",
                    ),
                    name="medspa_alertmessage_email_has_an_address",
                    violation_error_message="An email needs an address, a webhook none.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("due_at__isnull", True),
                        ("sent_at__isnull", True),
                        _connector="OR",
                    ),
                    name="medspa_alertmessage_is_due_or_over",
                    violation_error_message="What was sent is not sent again.",
                ),
            ],
        },
    ),
)
