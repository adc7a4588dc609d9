-- Changes of all tables by one person, or by anybody: safekeeping/audit_page.

-- name: latest_of_table
-- The newest rows of one table before a cursor, among those that it looks through, and
-- where that look ended. `table` is a name of ours, `number` its place in the order.
(
    WITH looked AS MATERIALIZED (
        SELECT history_id, history_date, history_user_id FROM {table}
        WHERE history_date <= %(at)s AND history_date >= %(since)s
            AND (history_date, {number}, history_id) < (%(at)s, %(number)s, %(id)s)
        ORDER BY history_date DESC, history_id DESC LIMIT %(looked)s
    )
    SELECT {number} AS number, history_id, history_date, false AS is_edge FROM (
        SELECT * FROM looked
        WHERE %(person)s = '' OR history_user_id = %(person)s
        ORDER BY history_date DESC, history_id DESC LIMIT %(size)s
    ) found
    UNION ALL
    SELECT {number}, (array_agg(history_id ORDER BY history_date, history_id))[1],
        min(history_date), true
    FROM looked HAVING count(*) = %(looked)s
)

-- name: rows_before
-- The row before each of some rows of one table.
SELECT (
    SELECT max(before.history_id) FROM {table} before
    WHERE before.id = given.id AND before.history_id < given.history_id
)
FROM {table} given WHERE given.history_id = ANY(%s)
