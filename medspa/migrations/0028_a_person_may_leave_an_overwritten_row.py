"""The fingerprint of an overwritten row stays the same when its person is removed."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION medspa_fingerprint(body jsonb) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(convert_to((
        SELECT coalesce(jsonb_object_agg(name, body -> name), '{}')
        FROM unnest(array_remove(medspa_open_columns(), 'history_user_id')) AS name
        WHERE body ->> name IS NOT NULL
    )::text, 'UTF8'));
"""
BACKWARD = r"""
CREATE OR REPLACE FUNCTION medspa_fingerprint(body jsonb) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(convert_to((
        SELECT coalesce(jsonb_object_agg(name, body -> name), '{}')
        FROM unnest(medspa_open_columns()) AS name
        WHERE body ->> name IS NOT NULL
    )::text, 'UTF8'));
"""


class Migration(migrations.Migration):
    dependencies = [("medspa", "0027_two_steps_can_be_required")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
