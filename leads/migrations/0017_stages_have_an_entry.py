"""One stage is where new leads start, and says what an answered call does there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0016_default_stages_and_tags"),
    ]

    operations = [
        migrations.AddField(
            model_name="pipelinestage",
            name="is_entry",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="new leads start here",
            ),
        ),
        migrations.AddField(
            model_name="pipelinestage",
            name="moves_on_when_answered",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="In the stage where new leads start: an answered call moves the lead to the next stage. Otherwise the move is offered.",
                verbose_name="move on when a call is answered",
            ),
        ),
        migrations.AddField(
            model_name="pipelinestagehistory",
            name="is_entry",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="new leads start here",
            ),
        ),
        migrations.AddField(
            model_name="pipelinestagehistory",
            name="moves_on_when_answered",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="In the stage where new leads start: an answered call moves the lead to the next stage. Otherwise the move is offered.",
                verbose_name="move on when a call is answered",
            ),
        ),
    ]
