from django.urls import path
from django.views.generic import RedirectView

from leads.views import board, import_leads, lead

urlpatterns = [
    path(
        "",
        RedirectView.as_view(
            pattern_name="admin:leads_lead_changelist", query_string=True
        ),
        name="leads",
    ),
    path("board/", board.BoardView.as_view(), name="board"),
    path(
        "board/column/<slug:stage_id>/",
        board.ColumnView.as_view(),
        name="board_column",
    ),
    path("board/move/<slug:lead_id>/", board.MoveView.as_view(), name="board_move"),
    path("import/", import_leads.ImportPage.as_view(), name="lead_import"),
    path("<slug:lead_id>/", lead.LeadPage.as_view(), name="lead"),
    path("<slug:lead_id>/move/", lead.move_lead, name="lead_move"),
    path("<slug:lead_id>/log/", lead.log_contact, name="lead_log"),
    path("<slug:lead_id>/restore/", lead.restore_lead, name="lead_restore"),
]
