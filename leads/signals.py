"""The one custom signal: leads entered a stage."""

from django.dispatch import Signal

# Sent inside the transaction of the moves, with `stays`: a list of LeadStage, each of
# another lead, all in one stage.
stage_entered = Signal()
