"""The one custom signal: leads entered a stage."""

from django.dispatch import Signal

# Sent inside the transaction of the moves, with `stage_periods`: a list of LeadStage
# rows of different leads, all in one stage.
stage_entered = Signal()
