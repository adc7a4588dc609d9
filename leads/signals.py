"""The one custom signal: a lead entered a stage."""

from django.dispatch import Signal

# Sent inside the transaction of the move, with `stay` (LeadStage).
stage_entered = Signal()
