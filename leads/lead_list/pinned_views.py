"""The views that a person has pinned to the sidebar, read together with the person."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from leads.lead_list.saved_views import MOST_PINNED

# In the order in which they were pinned. One that was deleted or is no longer shared
# stays until it is unpinned, without its name, which may have changed since; whoever
# deleted their own view knows.
PINNED = RawSQL(
    """
    ARRAY(
        SELECT jsonb_build_object('id', view.id, 'name', CASE
            WHEN view.deleted_at IS NULL
                AND (view.is_shared OR view.owner_id = pin.person_id)
            THEN view.name ELSE 'View no longer shared' END)
        FROM leads_pinnedview pin JOIN leads_savedview view ON view.id = pin.view_id
        WHERE pin.person_id = medspa_user.id
            AND (view.deleted_at IS NULL OR view.owner_id <> pin.person_id)
        ORDER BY pin.created_at, pin.id LIMIT %s
    )
    """,
    (MOST_PINNED,),
    ArrayField(JSONField()),
)
