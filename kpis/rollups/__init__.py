"""Sums of days that are true at every moment, however the rows change.

Triggers note which lead changed, in the transaction that changes it, and nothing
else. Whoever asks first folds what was noted: each noted lead's fact is worked out
anew from its rows, and the difference to its former fact is added to the sums. So a
write costs one insert and waits for nobody, and an answer is never older than the
question. A note that is not yet visible belongs to a change that isn't either.
"""

from kpis.rollups.rebuilding import rebuild
from kpis.rollups.refresh import fold

__all__ = ["fold", "rebuild"]
