from leads.models.activity import Activity
from leads.models.lead import Lead
from leads.models.opportunity import Opportunity
from leads.models.stage import LeadStage, PipelineStage, StageTotal
from leads.models.tag import LeadTag, Tag

__all__ = [
    "Activity",
    "Lead",
    "LeadStage",
    "LeadTag",
    "Opportunity",
    "PipelineStage",
    "StageTotal",
    "Tag",
]
