from django.urls import path

from leads.views import (
    board,
    board_live,
    bulk,
    import_leads,
    lead,
    lead_acts,
    list,
    merge,
    today,
)

urlpatterns = [
    path("", list.LeadListPage.as_view(), name="leads"),
    path("board/", board.BoardView.as_view(), name="board"),
    path(
        "board/column/<slug:stage_id>/",
        board.ColumnView.as_view(),
        name="board_column",
    ),
    path("board/move/<slug:lead_id>/", board.MoveView.as_view(), name="board_move"),
    path("board/changes/", board_live.changes, name="board_changes"),
    path("board/moves/", board.RecentMovesView.as_view(), name="board_moves"),
    path("board/undo/<slug:stay_id>/", board.undo_move, name="board_undo"),
    path("bulk/", bulk.do_many, name="leads_do_many"),
    path("bulk/<slug:run_id>/", bulk.BulkRunPage.as_view(), name="leads_bulk"),
    path("bulk/<slug:run_id>/undo/", bulk.undo_many, name="leads_bulk_undo"),
    path("export/", list.export_leads, name="leads_export"),
    path("import/", import_leads.ImportPage.as_view(), name="lead_import"),
    path("today/", today.TodayPage.as_view(), name="today"),
    path("today/next/", today.work_queue, name="work_queue"),
    path("<slug:lead_id>/", lead.LeadPage.as_view(), name="lead"),
    path("<slug:lead_id>/move/", lead_acts.move_lead, name="lead_move"),
    path("<slug:lead_id>/log/", lead_acts.log_contact, name="lead_log"),
    path("<slug:lead_id>/plan/", lead_acts.plan_task, name="lead_plan"),
    path("<slug:lead_id>/done/", lead_acts.finish_task, name="lead_done"),
    path("<slug:lead_id>/tag/", lead_acts.tag_lead, name="lead_tag"),
    path("<slug:lead_id>/untag/", lead_acts.untag_lead, name="lead_untag"),
    path("<slug:lead_id>/undo/", lead_acts.undo_act, name="lead_undo"),
    path(
        "<slug:lead_id>/merge/<slug:other_id>/",
        merge.MergePage.as_view(),
        name="lead_merge",
    ),
    path("<slug:lead_id>/restore/", lead.restore_lead, name="lead_restore"),
]
