"""The one custom signal: leads entered a stage."""

from django.dispatch import Signal

# Sent inside the transaction of the moves, with `stays`: a list of stage periods
# (LeadStage) of different leads, all in one stage.
stage_entered = Signal()
