"""The name of a provider has no e-mail address, date, phone number or long number."""

from django.db import migrations, models
from django.db.models import Q

ABOUT_SOMEBODY = (
    r"@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}"
    r"|([0-9][ ().-]*){7}|[\x01-\x1f\x7f]"
)


class Migration(migrations.Migration):
    dependencies = [("commissions", "0014_repair_provider_names")]

    operations = [
        migrations.AddConstraint(
            "provider",
            models.CheckConstraint(
                name="commissions_provider_name_is_no_persons",
                condition=~Q(name__regex=ABOUT_SOMEBODY),
                violation_error_message=(
                    "A name here has no e-mail address, date, phone number or other "
                    "long number."
                ),
            ),
        ),
    ]
