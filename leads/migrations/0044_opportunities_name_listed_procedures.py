"""An opportunity's procedure is one of the table, by a foreign key."""

from django.db import migrations, models

from medspa.lists.constraints import CodeIsListed


class Migration(migrations.Migration):
    dependencies = [("leads", "0043_first_procedures")]

    operations = [
        migrations.AlterField(
            model_name="opportunity",
            name="procedure_code",
            field=models.CharField(max_length=10, verbose_name="procedure"),
        ),
        migrations.AlterField(
            model_name="opportunityhistory",
            name="procedure_code",
            field=models.CharField(max_length=10, verbose_name="procedure"),
        ),
        # Of new rows at once, of all by the next migration: that holds up nobody.
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=CodeIsListed(
                field="procedure_code",
                name="leads_opportunity_procedure_is_listed",
                to="leads.Procedure",
                violation_error_message="Choose a procedure from the list.",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="opportunity", name="leads_opportunity_procedure_is_known"
        ),
    ]
