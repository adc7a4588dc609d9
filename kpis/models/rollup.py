"""Daily sums of the numbers, and what is needed to keep them true.

Triggers name every subject that changed (`Changed`). Folding works out the subject's
`Fact` anew and adds the difference to the sums; see `kpis.rollups`. Nothing here is
written by anybody else, and all of it can be made again from leads and events.

A subject is a lead, or the clicks without a lead of one campaign and UTC month.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value


class Span(models.TextChoices):
    """What a sum covers: a local day or a local month (then `day` is its first).

    Of a slice of the leads, of a tag or of an hour of the week: the latter two stand
    in the column `campaign` (see `kpis.rollups.dimensions`).
    """

    DAY = "d", "Day"
    MONTH = "m", "Month"
    TAG_DAY = "t", "Day of a tag"
    TAG_MONTH = "u", "Month of a tag"
    HOUR_DAY = "h", "Day of an hour of the week"
    HOUR_MONTH = "i", "Month of an hour of the week"


class Kept(models.Model):
    """The one row that says in which clinic's zone the sums were made."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    zone = models.CharField(max_length=64)
    built_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"sums of days in {self.zone}"


class Changed(models.Model):
    """A subject whose fact may no longer be what the rows say."""

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=40, db_collation="C")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.subject


class Fact(models.Model):
    """What one subject adds to the sums.

    Waits are seconds from creation to the first touch; a bucket holds waits of about
    the same length. `matured_cents` is net revenue 7, 30, 60 and 90 days after
    creation; `created_hour` is like `3-14`: Wednesday, 14:00. The other arrays (but
    `tags`) run in step: on `days[i]` there were `counts[i]` events of `kinds[i]`
    (worth `cents[i]`), and `earlier[i]` is the subject's day of that kind before.
    """

    subject = models.CharField(primary_key=True, max_length=40, db_collation="C")
    campaign = models.CharField(max_length=25, blank=True, db_collation="C")
    source = models.CharField(max_length=20, blank=True, db_collation="C")
    procedure = models.CharField(max_length=10, blank=True, db_collation="C")
    created_day = models.DateField(null=True, blank=True)
    created_hour = models.CharField(max_length=4, blank=True, db_default="")
    any_wait = models.FloatField(null=True, blank=True)
    human_wait = models.FloatField(null=True, blank=True)
    any_bucket = models.IntegerField(null=True, blank=True)
    human_bucket = models.IntegerField(null=True, blank=True)
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

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                "any_bucket", "any_wait", "created_day", name="kpis_fact_any_wait"
            ),
            models.Index(
                "human_bucket", "human_wait", "created_day", name="kpis_fact_human_wait"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class DaySum(models.Model):
    """The additive part of a day's or month's numbers, for one slice of the leads.

    Empty text stands for no campaign, source or procedure. What begins with `cohort_`
    follows the leads that were created on `day`.
    """

    pk = models.CompositePrimaryKey("span", "day", "campaign", "source", "procedure")
    span = models.CharField(max_length=1, choices=Span)
    day = models.DateField()
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
        return f"{self.span} {self.day}"


class Repeat(models.Model):
    """How many leads have events of one kind on `day` and, last before, on `earlier`.

    A lead with events on several days of a range is counted once: its days less the
    repeats that lie within the range.
    """

    pk = models.CompositePrimaryKey(
        "span", "earlier", "day", "kind", "campaign", "source", "procedure"
    )
    span = models.CharField(max_length=1, choices=Span)
    kind = models.CharField(max_length=20, db_collation="C")
    earlier = models.DateField()
    day = models.DateField()
    campaign = models.CharField(max_length=25, blank=True, db_collation="C")
    source = models.CharField(max_length=20, blank=True, db_collation="C")
    procedure = models.CharField(max_length=10, blank=True, db_collation="C")
    n = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index("span", "day", "earlier", name="kpis_repeat_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.earlier}, {self.day}"


class WaitSum(models.Model):
    """How many leads created on `day` waited so long (`bucket`) for the first touch."""

    pk = models.CompositePrimaryKey("span", "day", "who", "bucket")
    span = models.CharField(max_length=1, choices=Span)
    day = models.DateField()
    who = models.CharField(max_length=5, db_collation="C")
    bucket = models.IntegerField()
    n = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.who} {self.day} {self.bucket}"
