from leads.models.activity import Activity
from leads.models.arrival import LeadArrival
from leads.models.bulk import BulkAction, BulkChunk, BulkRun
from leads.models.contact_point import ContactPoint
from leads.models.export import ExportLog
from leads.models.import_file import ImportChunk, ImportFile
from leads.models.lead import Lead
from leads.models.lead_lists import LeadLostReason, LeadSource
from leads.models.lead_summary import LeadSummary
from leads.models.merge import LeadMerge
from leads.models.opportunity import Opportunity
from leads.models.procedure import Procedure, ProcedureName
from leads.models.queue_claim import QueueClaim
from leads.models.saved_view import ListSettings, PinnedView, SavedView
from leads.models.stage import LeadStage, PipelineStage
from leads.models.stage_total import StageTotal
from leads.models.tag import LeadTag, Tag, TagSuggestion
from leads.models.task import Task

__all__ = [
    "Activity",
    "BulkAction",
    "BulkChunk",
    "BulkRun",
    "ContactPoint",
    "ExportLog",
    "ImportChunk",
    "ImportFile",
    "Lead",
    "LeadArrival",
    "LeadLostReason",
    "LeadMerge",
    "LeadSource",
    "LeadStage",
    "LeadSummary",
    "LeadTag",
    "ListSettings",
    "Opportunity",
    "PinnedView",
    "PipelineStage",
    "Procedure",
    "ProcedureName",
    "QueueClaim",
    "SavedView",
    "StageTotal",
    "Tag",
    "TagSuggestion",
    "Task",
]
