"""A day's opening hours may have a break, which lies between them."""

from itertools import pairwise

from django.db import migrations, models
from django.db.models.fields.json import KT
from django.db.models.lookups import GreaterThan

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
ENDS = ("opens", "break_from", "break_to", "closes")


def breaks_lie_within() -> models.Q:
    condition = models.Q()
    for day in WEEKDAYS:
        times = [KT(f"opening_hours__{day}__{end}") for end in ENDS]
        for earlier, later in pairwise(times):
            condition &= models.Q(GreaterThan(later, earlier))
    return condition


class Migration(migrations.Migration):
    dependencies = [("medspa", "0031_alerts")]

    operations = [
        migrations.AddConstraint(
            model_name="clinic",
            constraint=models.CheckConstraint(
                condition=breaks_lie_within(),
                name="medspa_clinic_breaks_lie_within_opening_hours",
                violation_error_message="A break must lie within the opening hours.",
            ),
        ),
    ]
