"""Sentences of constraints in plain words; nothing changes in the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0014_breakers_and_payment_order"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="connection",
            name="connections_connection_account_is_an_id",
            constraint=models.CheckConstraint(
                condition=models.Q(("account__regex", "^[A-Za-z0-9_.:-]{0,100}$")),
                name="connections_connection_account_is_an_id",
                violation_error_message="An account ID can have letters, digits, dots, dashes and underscores.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="webform",
            name="connections_webform_slug_is_short",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^[a-z0-9][a-z0-9-]{0,49}$")),
                name="connections_webform_slug_is_short",
                violation_error_message="Use only lowercase letters and digits.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="webform",
            name="connections_webform_asks_a_contact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asks_email", True), ("asks_phone", True), _connector="OR"
                ),
                name="connections_webform_asks_a_contact",
                violation_error_message="Ask for an email, a phone or both.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="webform",
            name="connections_webform_consents_have_contacts",
            constraint=models.CheckConstraint(
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
        ),
    ]
