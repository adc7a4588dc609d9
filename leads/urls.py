from django.urls import path

from leads.board import stage_questions
from leads.deleted_leads import views as deleted
from leads.export_log import views as exports
from leads.tag_page import views as tags
from leads.views import (
    add_lead,
    board,
    board_calls,
    board_live,
    bulk,
    clinic_lists,
    edit_lead,
    import_leads,
    imported,
    lead,
    lead_actions,
    list,
    merge,
    saved_views,
    stages,
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
    path("board/cards/", board_live.cards, name="board_cards"),
    path("board/ages/", board_live.ages, name="board_ages"),
    path("board/call/<slug:lead_id>/", board_calls.log_call, name="board_call"),
    path(
        "board/call/<slug:lead_id>/<slug:activity_id>/undo/",
        board_calls.undo_call,
        name="board_undo_call",
    ),
    path("board/moves/", board.RecentMovesView.as_view(), name="board_moves"),
    path("board/undo/<slug:period_id>/", board.undo_move, name="board_undo"),
    path("bulk/", bulk.do_many, name="leads_do_many"),
    path("bulk/<slug:run_id>/", bulk.BulkRunPage.as_view(), name="leads_bulk"),
    path("bulk/<slug:run_id>/undo/", bulk.undo_many, name="leads_bulk_undo"),
    path("export/", list.export_leads, name="leads_export"),
    path("columns/", saved_views.choose_columns, name="leads_columns"),
    path("counts/<slug:name>/", list.option_counts, name="leads_counts"),
    path("views/", saved_views.save_view, name="leads_save_view"),
    path("views/<slug:view_id>/", saved_views.change_view, name="leads_view"),
    path("import/", import_leads.ImportPage.as_view(), name="lead_import"),
    path(
        "import/<slug:file_id>/", imported.ImportedPage.as_view(), name="lead_imported"
    ),
    path("import/<slug:file_id>/failed/", imported.failed_rows, name="lead_failed"),
    path("stages/<slug:stage_id>/place/", stages.place_stage, name="place_stage"),
    path(
        "stages/<slug:stage_id>/bring-back/",
        stages.bring_stage_back,
        name="bring_stage_back",
    ),
    path("stages/<slug:stage_id>/entry/", stages.set_entry_stage, name="entry_stage"),
    path("deleted/", deleted.DeletedLeadsPage.as_view(), name="deleted_leads"),
    path("exports/", exports.ExportsPage.as_view(), name="exports"),
    path("tags/", tags.TagsPage.as_view(), name="tags"),
    path("tags/suggested/", tags.decide_suggestion, name="decide_suggestion"),
    path("tags/<slug:tag>/", tags.change_tag, name="change_tag"),
    path(
        "procedures/<slug:procedure_id>/bring-back/",
        clinic_lists.bring_procedure_back,
        name="bring_procedure_back",
    ),
    path(
        "sources/<slug:source_id>/bring-back/",
        clinic_lists.bring_source_back,
        name="bring_source_back",
    ),
    path(
        "lost-reasons/<slug:reason_id>/bring-back/",
        clinic_lists.bring_lost_reason_back,
        name="bring_lost_reason_back",
    ),
    path(
        "procedures/names/",
        clinic_lists.add_procedure_name,
        name="add_procedure_name",
    ),
    path(
        "procedures/names/<slug:procedure_name_id>/",
        clinic_lists.name_procedure,
        name="name_procedure",
    ),
    path("new/", add_lead.AddLeadPage.as_view(), name="lead_add"),
    path("new/same/", add_lead.find_same_person, name="lead_same"),
    path(
        "asked/<slug:question>/", stage_questions.stage_question, name="stage_question"
    ),
    path("today/", today.TodayPage.as_view(), name="today"),
    path("today/next/", today.work_queue, name="work_queue"),
    path("today/stop/", today.stop_working, name="stop_working"),
    path("<slug:lead_id>/", lead.LeadPage.as_view(), name="lead"),
    path(
        "<slug:lead_id>/edit/<slug:fact>/",
        edit_lead.EditFactPage.as_view(),
        name="lead_edit",
    ),
    path("<slug:lead_id>/move/", lead_actions.move_lead, name="lead_move"),
    path("<slug:lead_id>/log/", lead_actions.log_contact, name="lead_log"),
    path("<slug:lead_id>/plan/", lead_actions.plan_task, name="lead_plan"),
    path("<slug:lead_id>/done/", lead_actions.finish_task, name="lead_done"),
    path("<slug:lead_id>/tag/", lead_actions.tag_lead, name="lead_tag"),
    path("<slug:lead_id>/untag/", lead_actions.untag_lead, name="lead_untag"),
    path("<slug:lead_id>/undo/", lead_actions.undo_act, name="lead_undo"),
    path(
        "<slug:lead_id>/merge/<slug:other_id>/",
        merge.MergePage.as_view(),
        name="lead_merge",
    ),
    path("<slug:lead_id>/restore/", deleted.restore_lead, name="lead_restore"),
]
