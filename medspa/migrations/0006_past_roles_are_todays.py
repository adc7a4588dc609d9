from django.db import migrations

# Nobody noted what roles people had before. With those of today in the old rows, the
# next change is told as it is, and no past one is invented.
FILL = """
    INSERT INTO medspa_user_groupshistory (id, user_id, group_id, history_id)
    SELECT link.id, link.user_id, link.group_id, past.history_id
    FROM medspa_user_groups link
    JOIN medspa_userhistory past ON past.id = link.user_id
"""


class Migration(migrations.Migration):
    dependencies = [("medspa", "0005_role_changes_are_in_history")]

    operations = [
        migrations.RunSQL(FILL, "DELETE FROM medspa_user_groupshistory"),
    ]
