"""What counts as a touch, when a person made it, and how soon a new lead gets one.

A touch is a call, a text or an email to a lead. One that no person sent (a welcome
text, say) is *automated*: its payload says so. Automated touches count as touches; who
needs an answer by a person restricts them by BY_PERSON_SQL.

The SQL fragments are conditions on a row of `leads_activity` with the alias
`activity`. They have no parameters and no percent signs.
"""

from datetime import timedelta

from leads.choices import ActivityType

TOUCH_TYPES = (ActivityType.CALL, ActivityType.SMS_SENT, ActivityType.EMAIL_SENT)
# A new lead should be touched within five minutes.
ANSWER_GOAL = timedelta(minutes=5)
ANSWER_GOAL_SECONDS = int(ANSWER_GOAL.total_seconds())
# As an interval, for a difference of moments.
ANSWER_GOAL_SQL = f"interval '{ANSWER_GOAL_SECONDS} seconds'"
# Up to this a wait is still fair.
FAIR_ANSWER = timedelta(hours=1)

_TYPES = ", ".join(f"'{each.value}'" for each in TOUCH_TYPES)
# Any touch that was not taken back.
TOUCH_SQL = f"(activity.deleted_at IS NULL AND activity.type IN ({_TYPES}))"
# The touch was made by a person; to be used together with TOUCH_SQL.
BY_PERSON_SQL = "coalesce(activity.payload_json ->> 'automated', 'false') = 'false'"


def wait_tone(waited: timedelta) -> str:
    """How a lead's wait for its first answer is shown: good, warn or bad."""
    if waited < ANSWER_GOAL:
        return "good"
    return "warn" if waited < FAIR_ANSWER else "bad"
