from django.db import migrations, models

import leads.models.import_file
import medspa.encryption.fields


class Migration(migrations.Migration):
    dependencies = [("api", "0008_exports_without_filters")]

    operations = [
        migrations.AddField(
            model_name="leadexport",
            name="form",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=4,
                verbose_name="ending of the stored file",
            ),
        ),
        migrations.AddField(
            model_name="leadexport",
            name="unreadable",
            field=models.IntegerField(
                db_default=0,
                default=0,
                verbose_name="contacts that couldn't be read",
            ),
        ),
        migrations.AddField(
            model_name="leadexportchunk",
            name="content",
            field=medspa.encryption.fields.EncryptedField(
                associated_data="api_leadexportchunk.content",
                clean=leads.models.import_file.as_it_is,
                db_default=b"",
                editable=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="leadexportchunk",
            constraint=medspa.encryption.fields.EncryptedConstraint(
                encrypted="content",
                indexes=(),
                name="api_leadexportchunk_is_encrypted",
                violation_error_message="The file must be encrypted.",
            ),
        ),
    ]
