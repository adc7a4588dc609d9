"""The jobs of the API."""

from api.exports.exporting import EXPORT_JOB, ExportArguments, find_leads
from medspa.jobs.progress import JobProgress
from medspa.jobs.registry import job


@job(EXPORT_JOB, arguments=ExportArguments, right="leads.export_lead")
def find_exported_leads(arguments: ExportArguments, progress: JobProgress) -> str:
    return find_leads(arguments, progress)
