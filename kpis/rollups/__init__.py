"""Rollups: sums by day and month that answer most of the KPI page's questions.

They are true at every moment, however the rows change. Triggers mark the leads whose
rows change as dirty, in the same transaction, and do nothing else. Whoever reads the
rollups refreshes them first: each dirty lead's fact is worked out anew from its rows,
and the difference to its former fact is added to the sums. So a write costs one insert
and waits for nobody, and an answer is never older than the question. A mark that is not
yet visible belongs to a change that isn't either.
"""

from kpis.rollups.rebuild import rebuild_rollups
from kpis.rollups.refresh import refresh_rollups

__all__ = ["rebuild_rollups", "refresh_rollups"]
