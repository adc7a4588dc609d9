"""The models of kpis as they are after 0030_payments_are_called_so."""

import datetime
import re

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.fields.json
import django.db.models.functions.datetime
import django.db.models.manager
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import medspa.audit.history
import medspa.clock
import medspa.ids
import medspa.json_columns.conditions

MODELS = (
    migrations.CreateModel(
        name="KpiEvent",
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
                "kind",
                models.CharField(
                    choices=[
                        ("ad_click", "Ad click"),
                        ("consult_booked", "Consult booked"),
                        ("consult_show", "Showed"),
                        ("invoice_paid", "Payment"),
                        ("invoice_refunded", "Refund"),
                    ],
                    max_length=20,
                    verbose_name="type",
                ),
            ),
            (
                "value_cents",
                models.BigIntegerField(blank=True, null=True, verbose_name="amount"),
            ),
            (
                "metadata_json",
                models.JSONField(blank=True, default=dict, verbose_name="details"),
            ),
            (
                "occurred_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="when"),
            ),
            (
                "recorded_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
                ),
            ),
            (
                "campaign",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="kpi_events",
                    to="campaigns.campaign",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty for an anonymous ad click.",
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="kpi_events",
                    to="leads.lead",
                ),
            ),
            (
                "refund_of",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="refunds",
                    to="kpis.kpievent",
                    verbose_name="refund of",
                ),
            ),
        ],
        options={
            "verbose_name": "event",
            "ordering": ["-occurred_at", "-id"],
            "permissions": [
                ("view_kpis", "Can see the KPI pages and reports"),
                ("void_kpievent", "Can void events"),
            ],
            "abstract": False,
            "default_manager_name": "all_objects",
            "indexes": [
                models.Index(
                    models.F("occurred_at"),
                    models.F("kind"),
                    name="kpis_kpievent_occurred",
                ),
                models.Index(models.F("kind"), name="kpis_kpievent_kind"),
                models.Index(
                    django.db.models.fields.json.KeyTextTransform(
                        "scheduled_for", "metadata_json"
                    ),
                    condition=models.Q(
                        ("deleted_at__isnull", True), ("kind", "consult_booked")
                    ),
                    name="kpis_kpievent_scheduled",
                ),
                models.Index(
                    models.F("occurred_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", False)),
                    name="kpis_kpievent_voided",
                ),
                models.Index(
                    models.F("lead"),
                    django.db.models.fields.json.KeyTextTransform(
                        "scheduled_for", "metadata_json"
                    ),
                    condition=models.Q(
                        ("deleted_at__isnull", True), ("kind", "consult_booked")
                    ),
                    name="kpis_kpievent_lead_scheduled",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "kind__in",
                            [
                                "ad_click",
                                "consult_booked",
                                "consult_show",
                                "invoice_paid",
                                "invoice_refunded",
                            ],
                        )
                    ),
                    name="kpis_kpievent_kind_is_known",
                    violation_error_message="Choose a kind from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("kind__in", ("invoice_paid", "invoice_refunded")),
                            ("value_cents__gt", 0),
                            ("value_cents__isnull", False),
                        ),
                        models.Q(
                            models.Q(
                                ("kind__in", ("invoice_paid", "invoice_refunded")),
                                _negated=True,
                            ),
                            ("value_cents__isnull", True),
                        ),
                        _connector="OR",
                    ),
                    name="kpis_kpievent_money_is_positive",
                    violation_error_message="A payment or refund needs an amount above zero; other events have none.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("lead__isnull", False),
                        ("campaign__isnull", False),
                        _connector="OR",
                    ),
                    name="kpis_kpievent_belongs_to_lead_or_campaign",
                    violation_error_message="Choose a lead or a campaign.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("kind", "invoice_refunded"), ("refund_of__isnull", False)
                        ),
                        models.Q(
                            models.Q(("kind", "invoice_refunded"), _negated=True),
                            ("refund_of__isnull", True),
                        ),
                        _connector="OR",
                    ),
                    name="kpis_kpievent_refund_names_its_payment",
                    violation_error_message="A refund needs its payment; other events can't have one.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsObject("metadata_json")
                    ),
                    name="kpis_kpievent_metadata_is_an_object",
                    violation_error_message="The details must be a JSON object.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("kind", "ad_click"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "metadata_json", ["click_id"]
                            ),
                        ),
                        models.Q(
                            ("kind", "consult_booked"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "metadata_json", ["scheduled_for", "stay"]
                            ),
                        ),
                        models.Q(
                            ("kind", "consult_show"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "metadata_json", ["booking", "stay"]
                            ),
                        ),
                        models.Q(
                            ("kind", "invoice_paid"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "metadata_json", ["procedure", "category", "cost_cents"]
                            ),
                        ),
                        models.Q(
                            ("kind", "invoice_refunded"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "metadata_json", []
                            ),
                        ),
                        _connector="OR",
                    ),
                    name="kpis_kpievent_metadata_has_known_keys",
                    violation_error_message="The details contain something that can't be stored here.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "occurred_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("recorded_at"),
                                "+",
                                models.Value(datetime.timedelta(seconds=60)),
                            ),
                        )
                    ),
                    name="kpis_kpievent_not_in_the_future",
                    violation_error_message="An event can't be in the future.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("lead__isnull", False), ("kind", "ad_click"), _connector="OR"
                    ),
                    name="kpis_kpievent_only_clicks_lack_a_lead",
                    violation_error_message="Only an ad click can be without a lead.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.FitsSchema(
                            "kpis_metadata_fits", "kind", "metadata_json"
                        )
                    ),
                    name="kpis_kpievent_metadata_has_its_types",
                    violation_error_message="The details contain something unreadable.",
                ),
            ],
            "verbose_name_plural": "payments & events",
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="KpiEventHistory",
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
                "kind",
                models.CharField(
                    choices=[
                        ("ad_click", "Ad click"),
                        ("consult_booked", "Consult booked"),
                        ("consult_show", "Showed"),
                        ("invoice_paid", "Payment"),
                        ("invoice_refunded", "Refund"),
                    ],
                    max_length=20,
                    verbose_name="type",
                ),
            ),
            (
                "value_cents",
                models.BigIntegerField(blank=True, null=True, verbose_name="amount"),
            ),
            (
                "metadata_json",
                models.JSONField(blank=True, default=dict, verbose_name="details"),
            ),
            (
                "occurred_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="when"),
            ),
            (
                "recorded_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
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
                "campaign",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="campaigns.campaign",
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
                "lead",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    help_text="Empty for an anonymous ad click.",
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="leads.lead",
                ),
            ),
            (
                "refund_of",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="kpis.kpievent",
                    verbose_name="refund of",
                ),
            ),
        ],
        options={
            "verbose_name": "historical event",
            "verbose_name_plural": "historical payments & events",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="Fact",
        fields=[
            (
                "subject",
                models.CharField(
                    db_collation="C", max_length=40, primary_key=True, serialize=False
                ),
            ),
            ("campaign", models.CharField(blank=True, db_collation="C", max_length=25)),
            ("source", models.CharField(blank=True, db_collation="C", max_length=20)),
            (
                "procedure",
                models.CharField(blank=True, db_collation="C", max_length=10),
            ),
            ("created_day", models.DateField(blank=True, null=True)),
            ("any_wait", models.FloatField(blank=True, null=True)),
            ("human_wait", models.FloatField(blank=True, null=True)),
            ("any_bucket", models.IntegerField(blank=True, null=True)),
            ("human_bucket", models.IntegerField(blank=True, null=True)),
            (
                "kinds",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=20), blank=True, size=None
                ),
            ),
            (
                "campaigns",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(blank=True, max_length=25),
                    blank=True,
                    size=None,
                ),
            ),
            (
                "days",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.DateField(), blank=True, size=None
                ),
            ),
            (
                "earlier",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.DateField(blank=True, null=True),
                    blank=True,
                    size=None,
                ),
            ),
            (
                "counts",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.IntegerField(), blank=True, size=None
                ),
            ),
            (
                "cents",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.BigIntegerField(), blank=True, size=None
                ),
            ),
            (
                "matured_cents",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.BigIntegerField(blank=True, null=True),
                    blank=True,
                    size=None,
                ),
            ),
            ("created_hour", models.CharField(blank=True, db_default="", max_length=4)),
            (
                "tags",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=25),
                    blank=True,
                    db_default=models.Value("{}"),
                    size=None,
                ),
            ),
            ("is_backfilled", models.BooleanField(db_default=False, default=False)),
            (
                "assigned_to",
                models.CharField(
                    blank=True, db_collation="C", db_default="", max_length=25
                ),
            ),
            ("booked_wait", models.FloatField(blank=True, null=True)),
            ("expected_on", models.DateField(blank=True, null=True)),
            (
                "last_step",
                models.CharField(
                    blank=True, db_collation="C", db_default="", max_length=10
                ),
            ),
            ("last_step_at", models.DateTimeField(blank=True, null=True)),
            ("leads_wait", models.FloatField(blank=True, null=True)),
            (
                "left_days",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.DateField(),
                    blank=True,
                    db_default=models.Value("{}"),
                    size=None,
                ),
            ),
            (
                "left_lengths",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.BigIntegerField(),
                    blank=True,
                    db_default=models.Value("{}"),
                    size=None,
                ),
            ),
            (
                "left_stages",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=25),
                    blank=True,
                    db_default=models.Value("{}"),
                    size=None,
                ),
            ),
            (
                "outcome",
                models.CharField(
                    blank=True, db_collation="C", db_default="", max_length=10
                ),
            ),
            ("shown_wait", models.FloatField(blank=True, null=True)),
            (
                "stage",
                models.CharField(
                    blank=True, db_collation="C", db_default="", max_length=25
                ),
            ),
            ("stage_since", models.DateTimeField(blank=True, null=True)),
            ("value_cents", models.BigIntegerField(blank=True, null=True)),
            (
                "credited_cents",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.BigIntegerField(),
                    blank=True,
                    db_default=models.Value("{}"),
                    size=None,
                ),
            ),
            (
                "credited_days",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.DateField(),
                    blank=True,
                    db_default=models.Value("{}"),
                    size=None,
                ),
            ),
            (
                "credited_to",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=25),
                    blank=True,
                    db_default=models.Value("{}"),
                    size=None,
                ),
            ),
            (
                "entered_days",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.DateField(blank=True, null=True),
                    blank=True,
                    db_default=models.Value("{}"),
                    size=None,
                ),
            ),
        ],
        options={
            "default_permissions": (),
            "indexes": [
                models.Index(
                    models.F("any_bucket"),
                    models.F("any_wait"),
                    models.F("created_day"),
                    name="kpis_fact_any_wait",
                ),
                models.Index(
                    models.F("stage"),
                    models.F("stage_since"),
                    condition=models.Q(("outcome", "open")),
                    include=("value_cents", "expected_on"),
                    name="kpis_fact_open",
                ),
                models.Index(
                    models.F("leads_wait"),
                    models.F("created_day"),
                    condition=models.Q(("leads_wait__isnull", False)),
                    name="kpis_fact_leads_wait",
                ),
                models.Index(
                    models.F("booked_wait"),
                    models.F("created_day"),
                    condition=models.Q(("booked_wait__isnull", False)),
                    name="kpis_fact_booked_wait",
                ),
                models.Index(
                    models.F("shown_wait"),
                    models.F("created_day"),
                    condition=models.Q(("shown_wait__isnull", False)),
                    name="kpis_fact_shown_wait",
                ),
                models.Index(
                    models.F("last_step"),
                    models.F("last_step_at"),
                    models.F("created_day"),
                    name="kpis_fact_last_step",
                ),
                models.Index(
                    models.F("human_bucket"),
                    models.F("human_wait"),
                    models.F("created_day"),
                    include=("assigned_to",),
                    name="kpis_fact_human_waits",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="MonthSnapshot",
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
            ("month", models.DateField(help_text="The first day of the month.")),
            ("taken_on", models.DateField(help_text="The clinic's day.")),
            ("taken_at", models.DateTimeField()),
            ("zone", models.CharField(max_length=64)),
            ("leads", models.BigIntegerField()),
            ("ad_clicks", models.BigIntegerField()),
            ("booked_events", models.BigIntegerField()),
            ("booked_leads", models.BigIntegerField()),
            ("show_events", models.BigIntegerField()),
            ("shown_leads", models.BigIntegerField()),
            ("paid_invoices", models.BigIntegerField()),
            ("paying_leads", models.BigIntegerField()),
            ("new_customers", models.BigIntegerField()),
            ("gross_collected_cents", models.BigIntegerField()),
            ("refunds_cents", models.BigIntegerField()),
            ("net_revenue_cents", models.BigIntegerField()),
            ("spend_cents", models.BigIntegerField()),
            ("leads_with_campaign", models.BigIntegerField()),
            ("attributed_new_customers", models.BigIntegerField()),
            ("attributed_net_revenue_cents", models.BigIntegerField()),
        ],
        options={
            "default_permissions": (),
            "ordering": ["month", "taken_on"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("month", "taken_on"),
                    name="kpis_monthsnapshot_once_a_day",
                    violation_error_message="This month was already saved on that day.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "month",
                            django.db.models.functions.datetime.TruncMonth("month"),
                        )
                    ),
                    name="kpis_monthsnapshot_month_is_a_first_day",
                    violation_error_message="A month must be given as its first day.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="RollupState",
        fields=[
            (
                "id",
                models.SmallIntegerField(default=1, primary_key=True, serialize=False),
            ),
            ("zone", models.CharField(max_length=64)),
            ("built_at", models.DateTimeField()),
        ],
        options={
            "default_permissions": (),
            "db_table": "kpis_kept",
        },
    ),
    migrations.CreateModel(
        name="DirtySubject",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("subject", models.CharField(db_collation="C", max_length=40)),
        ],
        options={
            "default_permissions": (),
            "db_table": "kpis_changed",
        },
    ),
    migrations.CreateModel(
        name="DaySum",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "dimension",
                    "granularity",
                    "day",
                    "key",
                    "campaign",
                    "source",
                    "procedure",
                    blank=True,
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
            (
                "dimension",
                models.CharField(
                    choices=[
                        ("slice", "Campaign, source and procedure"),
                        ("tag", "Tag"),
                        ("hour", "Hour of the week"),
                        ("owner", "Assigned person"),
                        ("payee", "Credited provider"),
                    ],
                    db_collation="C",
                    max_length=5,
                ),
            ),
            (
                "granularity",
                models.CharField(
                    choices=[("day", "Day"), ("month", "Month")],
                    db_collation="C",
                    max_length=5,
                ),
            ),
            ("day", models.DateField()),
            ("key", models.CharField(blank=True, db_collation="C", max_length=25)),
            ("campaign", models.CharField(blank=True, db_collation="C", max_length=25)),
            ("source", models.CharField(blank=True, db_collation="C", max_length=20)),
            (
                "procedure",
                models.CharField(blank=True, db_collation="C", max_length=10),
            ),
            ("leads", models.BigIntegerField()),
            ("ad_clicks", models.BigIntegerField()),
            ("booked_events", models.BigIntegerField()),
            ("booked_days", models.BigIntegerField()),
            ("show_events", models.BigIntegerField()),
            ("shown_days", models.BigIntegerField()),
            ("paid_invoices", models.BigIntegerField()),
            ("paid_days", models.BigIntegerField()),
            ("new_customers", models.BigIntegerField()),
            ("gross_cents", models.BigIntegerField()),
            ("refunds_cents", models.BigIntegerField()),
            ("due", models.BigIntegerField()),
            ("held", models.BigIntegerField()),
            ("cohort_booked_events", models.BigIntegerField()),
            ("cohort_booked_leads", models.BigIntegerField()),
            ("cohort_show_events", models.BigIntegerField()),
            ("cohort_shown_leads", models.BigIntegerField()),
            ("cohort_shown_and_won", models.BigIntegerField()),
            ("cohort_paid_invoices", models.BigIntegerField()),
            ("cohort_paying_leads", models.BigIntegerField()),
            ("cohort_gross_cents", models.BigIntegerField()),
            ("cohort_refunds_cents", models.BigIntegerField()),
            ("cohort_any_contacted", models.BigIntegerField()),
            ("cohort_any_within", models.BigIntegerField()),
            ("cohort_human_contacted", models.BigIntegerField()),
            ("cohort_human_within", models.BigIntegerField()),
            ("cohort_7_cents", models.BigIntegerField()),
            ("cohort_30_cents", models.BigIntegerField()),
            ("cohort_60_cents", models.BigIntegerField()),
            ("cohort_90_cents", models.BigIntegerField()),
            (
                "cohort_backfilled_leads",
                models.BigIntegerField(db_default=0, default=0),
            ),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="Repeat",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "dimension",
                    "granularity",
                    "earlier",
                    "day",
                    "kind",
                    "key",
                    "campaign",
                    "source",
                    "procedure",
                    blank=True,
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
            (
                "dimension",
                models.CharField(
                    choices=[
                        ("slice", "Campaign, source and procedure"),
                        ("tag", "Tag"),
                        ("hour", "Hour of the week"),
                        ("owner", "Assigned person"),
                        ("payee", "Credited provider"),
                    ],
                    db_collation="C",
                    max_length=5,
                ),
            ),
            (
                "granularity",
                models.CharField(
                    choices=[("day", "Day"), ("month", "Month")],
                    db_collation="C",
                    max_length=5,
                ),
            ),
            ("kind", models.CharField(db_collation="C", max_length=20)),
            ("earlier", models.DateField()),
            ("day", models.DateField()),
            ("key", models.CharField(blank=True, db_collation="C", max_length=25)),
            ("campaign", models.CharField(blank=True, db_collation="C", max_length=25)),
            ("source", models.CharField(blank=True, db_collation="C", max_length=20)),
            (
                "procedure",
                models.CharField(blank=True, db_collation="C", max_length=10),
            ),
            ("n", models.BigIntegerField()),
        ],
        options={
            "default_permissions": (),
            "indexes": [
                models.Index(
                    models.F("dimension"),
                    models.F("granularity"),
                    models.F("day"),
                    models.F("earlier"),
                    name="kpis_repeat_day",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ConsultDetailsHistory",
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
            (
                "procedure_code",
                models.CharField(blank=True, max_length=10, verbose_name="procedure"),
            ),
            (
                "confirmed_at",
                models.DateTimeField(blank=True, null=True, verbose_name="confirmed"),
            ),
            (
                "canceled_at",
                models.DateTimeField(blank=True, null=True, verbose_name="canceled"),
            ),
            (
                "cancel_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("cant_make_it", "Can't make it"),
                        ("not_interested", "Not interested anymore"),
                        ("elsewhere", "Booked elsewhere"),
                        ("clinic", "Clinic canceled"),
                        ("double_booked", "Double-booked"),
                    ],
                    max_length=20,
                    verbose_name="reason",
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
                "booking",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    error_messages={"unique": "This consult has its details already."},
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="kpis.kpievent",
                ),
            ),
            (
                "confirmed_by",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="confirmed by",
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
                "provider",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="commissions.provider",
                ),
            ),
        ],
        options={
            "verbose_name": "historical consult",
            "verbose_name_plural": "historical consults",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="ConsultDetails",
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
                "procedure_code",
                models.CharField(blank=True, max_length=10, verbose_name="procedure"),
            ),
            (
                "confirmed_at",
                models.DateTimeField(blank=True, null=True, verbose_name="confirmed"),
            ),
            (
                "canceled_at",
                models.DateTimeField(blank=True, null=True, verbose_name="canceled"),
            ),
            (
                "cancel_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("cant_make_it", "Can't make it"),
                        ("not_interested", "Not interested anymore"),
                        ("elsewhere", "Booked elsewhere"),
                        ("clinic", "Clinic canceled"),
                        ("double_booked", "Double-booked"),
                    ],
                    max_length=20,
                    verbose_name="reason",
                ),
            ),
            (
                "booking",
                models.OneToOneField(
                    error_messages={"unique": "This consult has its details already."},
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="consult_details",
                    to="kpis.kpievent",
                ),
            ),
            (
                "confirmed_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="confirmed by",
                ),
            ),
            (
                "provider",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="consults",
                    to="commissions.provider",
                ),
            ),
        ],
        options={
            "verbose_name": "consult",
            "verbose_name_plural": "consults",
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", True),
                        _connector="OR",
                    ),
                    name="kpis_consultdetails_confirmed_by_when_confirmed",
                    violation_error_message="Only a confirmed consult was confirmed.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            (
                                "cancel_reason__in",
                                [
                                    "cant_make_it",
                                    "not_interested",
                                    "elsewhere",
                                    "clinic",
                                    "double_booked",
                                ],
                            ),
                            ("canceled_at__isnull", False),
                        ),
                        models.Q(("cancel_reason", ""), ("canceled_at__isnull", True)),
                        _connector="OR",
                    ),
                    name="kpis_consultdetails_canceled_for_a_reason",
                    violation_error_message="Choose why the consult is canceled.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="StagePeriodSum",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "granularity",
                    "day",
                    "stage",
                    "bucket",
                    blank=True,
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
            (
                "granularity",
                models.CharField(
                    choices=[("day", "Day"), ("month", "Month")],
                    db_collation="C",
                    max_length=5,
                ),
            ),
            ("day", models.DateField()),
            ("stage", models.CharField(db_collation="C", max_length=25)),
            ("bucket", models.BigIntegerField()),
            ("n", models.BigIntegerField()),
            ("microseconds", models.BigIntegerField()),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="StepSum",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "granularity",
                    "day",
                    "step",
                    "went_on",
                    "bucket",
                    blank=True,
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
            (
                "granularity",
                models.CharField(
                    choices=[("day", "Day"), ("month", "Month")],
                    db_collation="C",
                    max_length=5,
                ),
            ),
            ("day", models.DateField()),
            ("step", models.CharField(db_collation="C", max_length=10)),
            ("went_on", models.BooleanField()),
            ("bucket", models.BigIntegerField()),
            ("n", models.BigIntegerField()),
            ("given_up", models.BigIntegerField()),
            ("lost_cents", models.BigIntegerField()),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="StageFlow",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "day",
                    "stage",
                    blank=True,
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
            ("day", models.DateField()),
            ("stage", models.CharField(db_collation="C", max_length=25)),
            ("leads", models.BigIntegerField()),
            ("cents", models.BigIntegerField()),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="WaitSum",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    "dimension",
                    "granularity",
                    "day",
                    "key",
                    "who",
                    "bucket",
                    blank=True,
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
            (
                "dimension",
                models.CharField(
                    choices=[
                        ("slice", "Campaign, source and procedure"),
                        ("tag", "Tag"),
                        ("hour", "Hour of the week"),
                        ("owner", "Assigned person"),
                        ("payee", "Credited provider"),
                    ],
                    db_collation="C",
                    max_length=5,
                ),
            ),
            (
                "granularity",
                models.CharField(
                    choices=[("day", "Day"), ("month", "Month")],
                    db_collation="C",
                    max_length=5,
                ),
            ),
            ("day", models.DateField()),
            ("key", models.CharField(blank=True, db_collation="C", max_length=25)),
            ("who", models.CharField(db_collation="C", max_length=5)),
            ("bucket", models.IntegerField()),
            ("n", models.BigIntegerField()),
        ],
        options={
            "default_permissions": (),
        },
    ),
)
