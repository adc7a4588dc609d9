"""Names of letters only, ids of GoHighLevel's shape, tags and views about nobody.

The letters stand in leads/name_letters.txt. The rules of leads hold from now on for
what is written; the next migration has the rows that are there checked.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

from leads import privacy

SENTENCE = "A name here has no e-mail address, date, phone number or other long number."
ABOUT_SOMEBODY = (
    r"@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}"
    r"|([0-9][ ().-]*){7}|[\x01-\x1f\x7f]"
)


class Migration(migrations.Migration):
    dependencies = [("leads", "0027_repair_names_and_ids")]

    operations = [
        migrations.RemoveConstraint("lead", "leads_lead_external_id_is_not_empty"),
        migrations.RemoveConstraint("lead", "leads_lead_first_name_is_one_given_name"),
        AddConstraintNotValid(
            "lead",
            models.CheckConstraint(
                name="leads_lead_external_id_is_of_gohighlevel",
                condition=Q(external_id__regex="^[A-Za-z0-9]{20}$"),
                violation_error_message=(
                    "A GoHighLevel contact id has 20 letters and digits."
                ),
            ),
        ),
        AddConstraintNotValid(
            "lead",
            models.CheckConstraint(
                name="leads_lead_first_name_is_one_given_name",
                condition=(
                    Q(first_name__regex=privacy.NAME_REGEX_IN_DATABASE)
                    & ~Q(first_name__iregex=privacy.TITLE_REGEX_IN_DATABASE)
                )
                | Q(first_name__iregex=privacy.DOUBLE_NAME_REGEX_IN_DATABASE),
                violation_error_message=(
                    "Enter one first name. Last names are not stored here."
                ),
            ),
        ),
        *(
            migrations.AddConstraint(
                model,
                models.CheckConstraint(
                    name=f"leads_{model}_name_is_no_persons",
                    condition=~Q(name__regex=ABOUT_SOMEBODY),
                    violation_error_message=SENTENCE,
                ),
            )
            for model in ("tag", "savedview")
        ),
    ]
