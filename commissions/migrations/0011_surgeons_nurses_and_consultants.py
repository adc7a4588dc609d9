"""The roles of the data model."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commissions", "0010_lines_name_their_payments")]

    operations = [
        migrations.RemoveConstraint(
            model_name="commissionrule",
            name="commissions_commissionrule_role_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="provider",
            name="commissions_provider_role_is_known",
        ),
        migrations.AlterField(
            model_name="commissionrule",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("surgeon", "Surgeon"),
                    ("physician", "Physician"),
                    ("nurse", "Nurse"),
                    ("injector", "Injector"),
                    ("laser", "Laser technician"),
                    ("aesthetician", "Aesthetician"),
                    ("consultant", "Consultant"),
                    ("coordinator", "Patient coordinator"),
                    ("frontdesk", "Front desk"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="commissionrulehistory",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("surgeon", "Surgeon"),
                    ("physician", "Physician"),
                    ("nurse", "Nurse"),
                    ("injector", "Injector"),
                    ("laser", "Laser technician"),
                    ("aesthetician", "Aesthetician"),
                    ("consultant", "Consultant"),
                    ("coordinator", "Patient coordinator"),
                    ("frontdesk", "Front desk"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="provider",
            name="role",
            field=models.CharField(
                choices=[
                    ("surgeon", "Surgeon"),
                    ("physician", "Physician"),
                    ("nurse", "Nurse"),
                    ("injector", "Injector"),
                    ("laser", "Laser technician"),
                    ("aesthetician", "Aesthetician"),
                    ("consultant", "Consultant"),
                    ("coordinator", "Patient coordinator"),
                    ("frontdesk", "Front desk"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="providerhistory",
            name="role",
            field=models.CharField(
                choices=[
                    ("surgeon", "Surgeon"),
                    ("physician", "Physician"),
                    ("nurse", "Nurse"),
                    ("injector", "Injector"),
                    ("laser", "Laser technician"),
                    ("aesthetician", "Aesthetician"),
                    ("consultant", "Consultant"),
                    ("coordinator", "Patient coordinator"),
                    ("frontdesk", "Front desk"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="commissionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "",
                            "surgeon",
                            "physician",
                            "nurse",
                            "injector",
                            "laser",
                            "aesthetician",
                            "consultant",
                            "coordinator",
                            "frontdesk",
                        ],
                    )
                ),
                name="commissions_commissionrule_role_is_known",
                violation_error_message="Choose a role from the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "surgeon",
                            "physician",
                            "nurse",
                            "injector",
                            "laser",
                            "aesthetician",
                            "consultant",
                            "coordinator",
                            "frontdesk",
                        ],
                    )
                ),
                name="commissions_provider_role_is_known",
                violation_error_message="Choose a role from the list.",
            ),
        ),
    ]
