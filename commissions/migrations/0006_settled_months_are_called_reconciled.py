from django.db import migrations


class Migration(migrations.Migration):
    """The model's name only: the table keeps its name, and the triggers theirs."""

    dependencies = [("commissions", "0005_kept_by_triggers")]

    operations = [
        migrations.AlterModelTable("SettledMonth", "commissions_settledmonth"),
        migrations.RenameModel("SettledMonth", "ReconciledMonth"),
    ]
