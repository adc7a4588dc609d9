"""Rollups: the additive parts of the KPIs, summed up by day and by month.

Triggers mark every subject whose rows changed as dirty (`DirtySubject`). A refresh
works out the subject's `Fact` anew and adds the difference to the sums; see
`kpis.rollups`. Nobody else writes these tables, and all of it can be rebuilt from leads
and events.

A subject is a lead, or the clicks without a lead of one campaign and UTC month.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value


class Granularity(models.TextChoices):
    """How many days a row sums up: one, or a month (then `day` is its first)."""

    DAY = "day", "Day"
    MONTH = "month", "Month"


class Dimension(models.TextChoices):
    """By what the rows divide the leads.

    SLICE: by `campaign`, `source` and `procedure` together; every lead is in one slice.
    TAG: by the tag whose id is `key`; a lead with two tags is in both, one without any
    has the key "". HOUR: by the hour of the week of its creation; `key` is like `3-14`
    (Wednesday, 14:00). ASSIGNED: by the person whose id is `key`, to whom the lead is
    assigned now; without one the key is "". CREDITED: by the provider whose id is
    `key`, who is credited with payments; what nobody is credited with is in none.
    """

    SLICE = "slice", "Campaign, source and procedure"
    TAG = "tag", "Tag"
    HOUR = "hour", "Hour of the week"
    ASSIGNED = "owner", "Assigned person"
    CREDITED = "payee", "Credited provider"


# Goes up whenever rollups hold something else than before. Code of another version that
# runs during an upgrade may build them, too, and knows nothing of the new ones.
ROLLUP_LAYOUT = 2


class RollupState(models.Model):
    """The one row that says for which clinic zone the rollups were built.

    Without it, and with another `layout` than ROLLUP_LAYOUT, there are no rollups to be
    read, whatever stands in their tables.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    zone = models.CharField(max_length=64)
    layout = models.SmallIntegerField(db_default=0)
    built_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        db_table = "kpis_kept"

    def __str__(self) -> str:
        return f"rollups by days in {self.zone}"


class DirtySubject(models.Model):
    """A subject whose rows changed since its fact was last worked out."""

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=40, db_collation="C")

    class Meta:
        default_permissions = ()
        db_table = "kpis_changed"

    def __str__(self) -> str:
        return self.subject


class Fact(models.Model):
    """What one subject adds to the rollups.

    Waits are seconds from creation to the first touch. `matured_cents` is net revenue
    7, 30, 60 and 90 days after creation; `created_hour` is like `3-14`: Wednesday,
    14:00, or empty where only the day is known. A backfilled lead has no waits.

    The arrays from `kinds` to `cents` run in step, an entry in each: on `days[i]` there
    were `counts[i]` events of `kinds[i]`, worth `cents[i]`, and `earlier[i]` is the
    subject's day of that kind before. Two kinds are no events: consults planned for
    that day (`due`), and those of them that were held (`held`).

    A lead is in `stage`, of this `outcome`, since `stage_since`; its opportunity is
    worth `value_cents` and expected on `expected_on`. Between steps it waited so many
    seconds; one that never paid got to `last_step` at `last_step_at`. The stage periods
    that ended run in step, too: `left_lengths` are in microseconds. `entered_days` has
    one more entry at its end, that of the current period. What providers are credited
    with of each payment and refund runs in step; of refunds `credited_cents` are
    negative.
    """

    subject = models.CharField(primary_key=True, max_length=40, db_collation="C")
    campaign = models.CharField(max_length=25, blank=True, db_collation="C")
    source = models.CharField(max_length=20, blank=True, db_collation="C")
    procedure = models.CharField(max_length=10, blank=True, db_collation="C")
    assigned_to = models.CharField(
        max_length=25, blank=True, db_collation="C", db_default=""
    )
    created_day = models.DateField(null=True, blank=True)
    created_hour = models.CharField(max_length=4, blank=True, db_default="")
    is_backfilled = models.BooleanField(default=False, db_default=False)
    any_wait = models.FloatField(null=True, blank=True)
    human_wait = models.FloatField(null=True, blank=True)
    kinds = ArrayField(models.CharField(max_length=20), blank=True)
    campaigns = ArrayField(models.CharField(max_length=25, blank=True), blank=True)
    days = ArrayField(models.DateField(), blank=True)
    earlier = ArrayField(models.DateField(null=True, blank=True), blank=True)
    counts = ArrayField(models.IntegerField(), blank=True)
    cents = ArrayField(models.BigIntegerField(), blank=True)
    matured_cents = ArrayField(
        models.BigIntegerField(null=True, blank=True), blank=True
    )
    tags = ArrayField(
        models.CharField(max_length=25), blank=True, db_default=Value("{}")
    )
    stage = models.CharField(max_length=25, blank=True, db_collation="C", db_default="")
    outcome = models.CharField(
        max_length=10, blank=True, db_collation="C", db_default=""
    )
    stage_since = models.DateTimeField(null=True, blank=True)
    value_cents = models.BigIntegerField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    leads_wait = models.FloatField(null=True, blank=True)
    booked_wait = models.FloatField(null=True, blank=True)
    shown_wait = models.FloatField(null=True, blank=True)
    last_step = models.CharField(
        max_length=10, blank=True, db_collation="C", db_default=""
    )
    last_step_at = models.DateTimeField(null=True, blank=True)
    left_stages = ArrayField(
        models.CharField(max_length=25), blank=True, db_default=Value("{}")
    )
    left_days = ArrayField(models.DateField(), blank=True, db_default=Value("{}"))
    left_lengths = ArrayField(
        models.BigIntegerField(), blank=True, db_default=Value("{}")
    )
    entered_days = ArrayField(
        models.DateField(null=True, blank=True), blank=True, db_default=Value("{}")
    )
    credited_to = ArrayField(
        models.CharField(max_length=25), blank=True, db_default=Value("{}")
    )
    credited_days = ArrayField(models.DateField(), blank=True, db_default=Value("{}"))
    credited_cents = ArrayField(
        models.BigIntegerField(), blank=True, db_default=Value("{}")
    )

    class Meta:
        default_permissions = ()
        indexes = [
            # The middle ones of the first touches.
            models.Index(
                "any_wait",
                "created_day",
                condition=Q(any_wait__isnull=False),
                name="kpis_fact_any_wait",
            ),
            models.Index(
                "human_wait",
                "created_day",
                include=["assigned_to"],
                condition=Q(human_wait__isnull=False),
                name="kpis_fact_human_wait",
            ),
            # The leads of open stages: how long they have been there.
            models.Index(
                "stage",
                "stage_since",
                condition=Q(outcome="open"),
                name="kpis_fact_open_since",
            ),
            # What they are worth by day, added up in the order of the index: 3 ms for
            # 41,000 of a million leads. The index above took 8 with these columns.
            models.Index(
                "stage",
                "expected_on",
                include=["value_cents"],
                condition=Q(outcome="open", value_cents__isnull=False),
                name="kpis_fact_expected",
            ),
            # The middle ones of the leads that went on from a step, or did not.
            models.Index(
                "leads_wait",
                "created_day",
                condition=Q(leads_wait__isnull=False),
                name="kpis_fact_leads_wait",
            ),
            models.Index(
                "booked_wait",
                "created_day",
                condition=Q(booked_wait__isnull=False),
                name="kpis_fact_booked_wait",
            ),
            models.Index(
                "shown_wait",
                "created_day",
                condition=Q(shown_wait__isnull=False),
                name="kpis_fact_shown_wait",
            ),
            models.Index(
                "last_step", "last_step_at", "created_day", name="kpis_fact_last_step"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class DaySum(models.Model):
    """The measures of a day or month, for the leads of one key of a dimension.

    Empty text stands for no campaign, source or procedure, and for what belongs to
    another dimension. What begins with `cohort_` follows the leads created on `day`.
    """

    pk = models.CompositePrimaryKey(
        "dimension", "granularity", "day", "key", "campaign", "source", "procedure"
    )
    dimension = models.CharField(max_length=5, choices=Dimension, db_collation="C")
    granularity = models.CharField(max_length=5, choices=Granularity, db_collation="C")
    day = models.DateField()
    key = models.CharField(max_length=25, blank=True, db_collation="C")
    campaign = models.CharField(max_length=25, blank=True, db_collation="C")
    source = models.CharField(max_length=20, blank=True, db_collation="C")
    procedure = models.CharField(max_length=10, blank=True, db_collation="C")
    leads = models.BigIntegerField()
    ad_clicks = models.BigIntegerField()
    booked_events = models.BigIntegerField()
    booked_days = models.BigIntegerField()
    show_events = models.BigIntegerField()
    shown_days = models.BigIntegerField()
    paid_invoices = models.BigIntegerField()
    paid_days = models.BigIntegerField()
    new_customers = models.BigIntegerField()
    gross_cents = models.BigIntegerField()
    refunds_cents = models.BigIntegerField()
    due = models.BigIntegerField()
    held = models.BigIntegerField()
    cohort_booked_events = models.BigIntegerField()
    cohort_booked_leads = models.BigIntegerField()
    cohort_show_events = models.BigIntegerField()
    cohort_shown_leads = models.BigIntegerField()
    cohort_shown_and_won = models.BigIntegerField()
    cohort_paid_invoices = models.BigIntegerField()
    cohort_paying_leads = models.BigIntegerField()
    cohort_gross_cents = models.BigIntegerField()
    cohort_refunds_cents = models.BigIntegerField()
    cohort_backfilled_leads = models.BigIntegerField(default=0, db_default=0)
    cohort_any_contacted = models.BigIntegerField()
    cohort_any_within = models.BigIntegerField()
    cohort_human_contacted = models.BigIntegerField()
    cohort_human_within = models.BigIntegerField()
    cohort_7_cents = models.BigIntegerField()
    cohort_30_cents = models.BigIntegerField()
    cohort_60_cents = models.BigIntegerField()
    cohort_90_cents = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.granularity} {self.day} by {self.dimension}"


class Repeat(models.Model):
    """How many leads have events of one kind on `day` and, last before, on `earlier`.

    A lead with events on several days of a range is counted once: its days less the
    repeats that lie within the range.
    """

    pk = models.CompositePrimaryKey(
        "dimension",
        "granularity",
        "earlier",
        "day",
        "kind",
        "key",
        "campaign",
        "source",
        "procedure",
    )
    dimension = models.CharField(max_length=5, choices=Dimension, db_collation="C")
    granularity = models.CharField(max_length=5, choices=Granularity, db_collation="C")
    kind = models.CharField(max_length=20, db_collation="C")
    earlier = models.DateField()
    day = models.DateField()
    key = models.CharField(max_length=25, blank=True, db_collation="C")
    campaign = models.CharField(max_length=25, blank=True, db_collation="C")
    source = models.CharField(max_length=20, blank=True, db_collation="C")
    procedure = models.CharField(max_length=10, blank=True, db_collation="C")
    n = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                "dimension", "granularity", "day", "earlier", name="kpis_repeat_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.earlier}, {self.day}"


class WaitSum(models.Model):
    """How many leads created on `day` waited so long (`bucket`) for the first touch.

    Of all leads (SLICE), and of those of each person (ASSIGNED, with the id as `key`).
    Each is counted twice: in a wide bucket, of few `digits`, and in a narrow one; see
    `kpis.rollups.medians`.
    """

    pk = models.CompositePrimaryKey(
        "dimension", "granularity", "digits", "day", "key", "who", "bucket"
    )
    dimension = models.CharField(max_length=5, choices=Dimension, db_collation="C")
    granularity = models.CharField(max_length=5, choices=Granularity, db_collation="C")
    day = models.DateField()
    key = models.CharField(max_length=25, blank=True, db_collation="C")
    who = models.CharField(max_length=5, db_collation="C")
    digits = models.SmallIntegerField()
    bucket = models.BigIntegerField()
    n = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.who} {self.day} {self.bucket}"


class StepSum(models.Model):
    """How many leads created on `day` went on from a step, or got no further.

    Of those that went on `bucket` is how long they waited, of the others the UTC day,
    counted from 1970, on which they got to the step. `given_up` of the others are in a
    lost stage, and their opportunities are worth `lost_cents`. Each lead is counted in
    a bucket of few `digits` and in one of more.
    """

    pk = models.CompositePrimaryKey(
        "granularity", "digits", "day", "step", "went_on", "bucket"
    )
    granularity = models.CharField(max_length=5, choices=Granularity, db_collation="C")
    day = models.DateField()
    step = models.CharField(max_length=10, db_collation="C")
    went_on = models.BooleanField()
    digits = models.SmallIntegerField()
    bucket = models.BigIntegerField()
    n = models.BigIntegerField()
    given_up = models.BigIntegerField()
    lost_cents = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.step} {self.day} {self.bucket}"


class StagePeriodSum(models.Model):
    """How many stage periods of about the same length (`bucket`) ended on `day`.

    Each is counted in a bucket of few `digits` and in one of more.
    """

    pk = models.CompositePrimaryKey("granularity", "digits", "day", "stage", "bucket")
    granularity = models.CharField(max_length=5, choices=Granularity, db_collation="C")
    day = models.DateField()
    stage = models.CharField(max_length=25, db_collation="C")
    digits = models.SmallIntegerField()
    bucket = models.BigIntegerField()
    n = models.BigIntegerField()
    microseconds = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.stage} {self.day} {self.bucket}"


class StageFlow(models.Model):
    """By how many a stage's leads grew on `day`, and by how many cents.

    The cents are what the leads that entered are worth now, less those that left. So
    the sums of all days before another are what the stage held when that day began.
    """

    pk = models.CompositePrimaryKey("day", "stage")
    day = models.DateField()
    stage = models.CharField(max_length=25, db_collation="C")
    leads = models.BigIntegerField()
    cents = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.stage} {self.day}"
