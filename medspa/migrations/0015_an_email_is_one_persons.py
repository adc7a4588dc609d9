import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """An email signs one person in, however its letters are cased."""

    dependencies = [("medspa", "0014_emails_given_twice_are_cleared")]

    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="medspa_user_email_is_unique",
                violation_error_message="Someone else already has this email.",
            ),
        ),
    ]
