"""Who may open every address, written by hand from the design's table of roles.

Nothing here is read from `medspa.roles`: a change there must be made here as well, by
somebody who has looked at the design.
"""

from dataclasses import dataclass
from typing import Any

DESK, MANAGER, PROVIDER, ADMINISTRATOR = "F", "M", "P", "A"


@dataclass(frozen=True)
class Address:
    """`may` are the letters of the roles that get `status`; everybody else 403.

    `right` is the permission without which even somebody with every other one is
    refused. `args` and `data` name rows of the sweep's clinic in braces.
    """

    name: str
    may: str
    right: str
    status: int = 200
    method: str = "get"
    args: str = ""
    query: str = ""
    data: str = ""
    others: int = 403

    def __str__(self) -> str:
        return f"{self.name}{f'?{self.query}' if self.query else ''}"


def post(name: str, may: str, right: str, args: str = "", data: str = "") -> Address:
    """An act that leads back to a page."""
    return Address(name, may, right, 302, "post", args, data=data)


def ask(name: str, right: str) -> Address:
    """With nothing chosen it asks before it acts on all."""
    return Address(name, "MA", right, method="post")


LEADS, BOARD = "leads.view_lead", "leads.change_lead"
KPIS, MONTH = "kpis.view_kpis", "commissions.view_month"
RULES = "commissions.view_commissionrule"
OWN = "commissions.view_own_statement"
ERASURES = "safekeeping.view_erasurerequest"
ASKING = "safekeeping.add_erasurerequest"
DECISIONS = "safekeeping.change_erasurerequest"
CONNECTING = "connections.change_connection"
DECIDING = "connections.work_connection"

ADDED = "first_name=Zoe&source=phone&stage={stage}"
WEB_FORM = (
    "title=Glow&button=Send&thank_you=Thanks&asks_email=on&asks_phone=on"
    "&accent=%23336699&source=website&is_on=on"
)
INVITED = "first_name=Zoe&email=zoe@example.com&role=Manager"
EDITED = "first_name=Zoe&username=zoe&role=Manager"

ADDRESSES = (
    # Board
    Address("board", "FMA", LEADS),
    Address("board_column", "FMA", LEADS, args="{stage}"),
    Address("board_changes", "FMA", LEADS),
    Address("board_cards", "FMA", LEADS, query="lead={lead}"),
    Address("board_ages", "FMA", LEADS),
    Address("board_moves", "FMA", BOARD),
    Address("board_move", "FMA", BOARD, args="{lead}"),
    post("board_move", "FMA", BOARD, "{lead}", "stage={other_stage}"),
    post("board_undo", "FMA", BOARD, "{stay}"),
    Address(
        "board_call",
        "FMA",
        "leads.add_activity",
        method="post",
        args="{lead}",
        data="outcome=answered",
    ),
    Address(
        "board_undo_call",
        "FMA",
        "leads.add_activity",
        409,  # there is no such call
        "post",
        "{lead} {lead}",
    ),
    # List, bulk acts, views
    Address("leads", "FMA", LEADS),
    Address("leads_counts", "FMA", LEADS, args="source"),
    Address("leads_export", "MA", "leads.export_lead"),
    Address("leads_export", "MA", "leads.export_lead", query="as=xlsx"),
    post("leads_do_many", "FMA", LEADS, "", "act=tag&tag={tag}&lead={lead}"),
    Address("leads_bulk", "FMA", LEADS, args="{bulk}"),
    post("leads_bulk_undo", "FMA", LEADS, "{bulk}"),
    post("leads_columns", "FMA", LEADS, "", "standard=on"),
    post("leads_save_view", "FMA", LEADS, "", "name=Mine"),
    post("leads_view", "FMA", LEADS, "{view}", "act=pin"),
    # Deleted leads
    Address("deleted_leads", "MA", "leads.restore_lead"),
    Address("deleted_leads", "MA", "leads.restore_lead", query="merged=yes"),
    # Exports
    Address("exports", "A", "leads.view_exportlog"),
    Address("export", "MA", "leads.export_lead", args="{export}"),
    Address("export_file", "MA", "leads.export_lead", args="{export}"),
    # Retention and erasure
    Address("retention", "A", "safekeeping.view_retentionnight", query="count=yes"),
    post("place_hold", "A", "safekeeping.add_legalhold", "", "reason=audit"),
    post("lift_hold", "A", "safekeeping.change_legalhold", "{hold}"),
    Address("certificate", "A", "safekeeping.view_certificate", args="{certificate}"),
    Address(
        "certificate_file", "A", "safekeeping.view_certificate", args="{certificate}"
    ),
    Address("erasure", "A", ERASURES),
    post("allow_contact", "A", DECISIONS, "", "contact=zoe@example.com"),
    post("decide_erasure", "A", DECISIONS, "{request}", "answer=decline"),
    Address("lead_privacy", "A", ERASURES, args="{lead}"),
    Address("person_json", "A", ERASURES, args="{lead}"),
    Address("person_pdf", "A", ERASURES, args="{lead}"),
    post(
        "ask_erasure", "A", "safekeeping.add_erasurerequest", "{lead}", "reason=asked"
    ),
    Address("audit_log", "A", "medspa.view_auditevent"),
    Address("audit_log", "A", "medspa.view_auditevent", query="show=changes"),
    # API keys
    Address("api_keys", "A", "api.view_apikey"),
    Address("add_api_key", "A", "api.add_apikey"),
    Address(
        "add_api_key",
        "A",
        "api.add_apikey",
        method="post",
        data="name=Zapier&owner={person}&requests_per_minute=60&leads=read",
    ),
    Address(
        "rotate_api_key",
        "A",
        "api.change_apikey",
        method="post",
        args="{key}",
        data="overlap=1",
    ),
    post("revoke_api_key", "A", "api.change_apikey", "{key}"),
    # Webhooks
    Address("webhooks", "A", "api.view_webhookendpoint"),
    Address("webhook", "A", "api.view_webhookendpoint", args="{endpoint}"),
    Address("add_webhook", "A", "api.add_webhookendpoint"),
    Address(
        "add_webhook",
        "A",
        "api.add_webhookendpoint",
        method="post",
        data="name=Agency&url=https://hooks.example.com/&event_types=lead.created",
    ),
    Address("change_webhook", "A", "api.change_webhookendpoint", args="{endpoint}"),
    post(
        "change_webhook",
        "A",
        "api.change_webhookendpoint",
        "{endpoint}",
        "name=Agency&url=https://hooks.example.com/&event_types=lead.created",
    ),
    Address(
        "rotate_webhook",
        "A",
        "api.change_webhookendpoint",
        method="post",
        args="{endpoint}",
        data="overlap=1",
    ),
    post("delete_webhook", "A", "api.change_webhookendpoint", "{endpoint}"),
    post("disable_webhook", "A", "api.change_webhookendpoint", "{endpoint}"),
    post("enable_webhook", "A", "api.change_webhookendpoint", "{endpoint}"),
    post("test_webhook", "A", "api.change_webhookendpoint", "{endpoint}"),
    post(
        "replay_webhook",
        "A",
        "api.change_webhookendpoint",
        "{endpoint}",
        "since=2026-01-01T10:00",
    ),
    # Tags
    Address("tags", "MA", "leads.view_tag"),
    Address(
        "tags", "MA", "leads.view_tag", 302, "post", data="name=Peels&color=%23336699"
    ),
    post(
        "change_tag",
        "MA",
        "leads.change_tag",
        "{tag}",
        "act=save&name=Peels&color=%23336699",
    ),
    post("change_tag", "MA", "leads.delete_tag", "{tag}", "act=archive"),
    post("decide_suggestion", "MA", "leads.add_tag"),
    # Imports
    Address("lead_import", "MA", "leads.import_lead"),
    Address("lead_import", "MA", "leads.import_lead", method="post"),
    Address("lead_imported", "MA", "leads.import_lead", args="{file}"),
    post("lead_failed", "MA", "leads.import_lead", "{file}"),
    Address("import_events", "MA", "connections.work_connection"),
    Address("import_events", "MA", "connections.work_connection", method="post"),
    # Web forms
    Address("web_forms", "MA", "connections.view_webform"),
    Address("web_form", "MA", "connections.view_webform", args="{form}"),
    post("web_form", "MA", "connections.change_webform", "{form}", WEB_FORM),
    Address("new_web_form", "MA", "connections.add_webform"),
    post("new_web_form", "MA", "connections.add_webform", "", WEB_FORM),
    Address("preview_web_form", "MA", "connections.view_webform", args="{form}"),
    # Stages
    post("place_stage", "MA", "leads.change_pipelinestage", "{stage}"),
    post("entry_stage", "MA", "leads.change_pipelinestage", "{stage}"),
    post("bring_stage_back", "MA", "leads.delete_pipelinestage", "{old_stage}"),
    # Procedures, sources, lost reasons
    post("bring_procedure_back", "MA", "leads.delete_procedure", "{old_procedure}"),
    post("bring_source_back", "MA", "leads.delete_leadsource", "{old_source}"),
    post("bring_lost_reason_back", "MA", "leads.delete_leadlostreason", "{old_reason}"),
    post("name_procedure", "MA", "leads.change_procedurename", "{procedure_name}"),
    post("add_procedure_name", "MA", "leads.add_procedurename", "", "name=Peel"),
    # Today
    Address("today", "FMA", LEADS),
    Address("today_sections", "FMA", LEADS),
    Address("work_queue", "FMA", LEADS, 302),
    Address("stop_working", "FMA", LEADS, 302),
    Address("calendar", "FMA", LEADS),
    Address("calendar", "FMA", LEADS, query="day=2026-11-23&provider=none"),
    # Adding a lead
    Address("lead_add", "FMA", "leads.add_lead"),
    post("lead_add", "FMA", "leads.add_lead", "", ADDED),
    Address("stage_question", "FMA", BOARD, args="consult_booked"),
    Address("lead_same", "FMA", "leads.add_lead", method="post"),
    # One lead
    Address("lead", "FMA", LEADS, args="{lead}"),
    post("lead_move", "FMA", BOARD, "{lead}", "stage={other_stage}"),
    Address("lead_edit", "FMA", BOARD, args="{lead} source"),
    post("lead_edit", "FMA", BOARD, "{lead} source", "source=phone"),
    post("lead_do_not_contact", "FMA", "leads.change_lead", "{lead}", "act=stop"),
    post("lead_log", "FMA", "leads.add_activity", "{lead}", "type=call"),
    post("lead_plan", "FMA", "leads.add_task", "{lead}", "what=call_back"),
    post("lead_done", "FMA", "leads.change_task", "{lead}", "task={task}"),
    post("lead_tag", "FMA", "leads.add_leadtag", "{lead}", "tag={tag}"),
    post("lead_untag", "FMA", "leads.delete_leadtag", "{lead}", "tag={tag}"),
    post("lead_undo", "FMA", LEADS, "{lead}", "source=activity&row={activity}"),
    Address("lead_merge", "MA", "leads.merge_lead", args="{lead} {other_lead}"),
    post(
        "leads_merge_chosen",
        "MA",
        "leads.merge_lead",
        "",
        "lead={lead}&lead={other_lead}",
    ),
    post("lead_merge", "MA", "leads.merge_lead", "{lead} {other_lead}"),
    post("lead_restore", "MA", "leads.restore_lead", "{deleted_lead}"),
    post("lead_book", "FMA", "kpis.add_kpievent", "{lead}"),
    post("lead_confirm_consult", "FMA", "kpis.add_kpievent", "{lead}"),
    post("lead_cancel_consult", "FMA", "kpis.add_kpievent", "{lead}"),
    post("lead_shown", "FMA", "kpis.add_kpievent", "{lead}"),
    post("lead_no_show", "FMA", "leads.add_task", "{lead}"),
    post("lead_pay", "FMA", "kpis.add_kpievent", "{lead}", "amount=10"),
    post("lead_refund", "MA", "kpis.void_kpievent", "{lead}", "amount=1"),
    Address("lead_payment", "MA", "kpis.void_kpievent", args="{lead} {payment}"),
    post("lead_correct_payment", "MA", "kpis.void_kpievent", "{lead}", "amount=1"),
    # Payments and events
    Address("payments", "MA", "kpis.view_kpievent"),
    post("void_event", "MA", "kpis.void_kpievent", "{payment}", "reason=test"),
    # Campaigns
    Address("campaigns", "FMA", "campaigns.view_campaign"),
    Address("campaign", "FMA", "campaigns.view_campaign", args="{campaign}"),
    Address("new_campaign", "MA", "campaigns.add_campaign"),
    post(
        "new_campaign", "MA", "campaigns.add_campaign", "", "name=Glow&platform=google"
    ),
    Address("edit_campaign", "MA", "campaigns.change_campaign", args="{campaign}"),
    post(
        "edit_campaign",
        "MA",
        "campaigns.change_campaign",
        "{campaign}",
        "name=Glow&platform=google",
    ),
    post("delete_campaign", "MA", "campaigns.delete_campaign", "{campaign}"),
    post("restore_campaign", "MA", "campaigns.delete_campaign", "{campaign}"),
    post("campaign_spend", "MA", "campaigns.change_campaignspend", "{campaign}"),
    Address(
        "campaign_paste",
        "MA",
        "campaigns.change_campaignspend",
        method="post",
        args="{campaign}",
    ),
    Address("import_spend", "MA", "campaigns.change_campaignspend"),
    Address("import_spend", "MA", "campaigns.change_campaignspend", method="post"),
    # KPIs
    Address("kpis", "MA", KPIS),
    Address("kpis", "MA", KPIS, query="part=stages"),
    Address("kpis", "MA", KPIS, query="export=campaign"),
    Address("kpis", "MA", KPIS, query="export=campaign&format=json"),
    Address("kpi_rows", "MA", KPIS, query="rows=leads"),
    Address("kpi_rows", "MA", LEADS, query="rows=leads"),
    Address("kpi_restatements", "MA", KPIS, 404),  # no month is kept yet
    Address("kpi_restatements", "MA", LEADS, 404),
    Address("kpi_restated_months", "MA", KPIS),
    Address("kpi_restated_months", "MA", LEADS),
    # Commissions
    Address("commissions", "MA", MONTH),
    Address("uncredited", "MA", MONTH),
    Address("commissions_csv", "MA", MONTH),
    Address("commissions_year", "MA", MONTH),
    Address("my_commissions", "P", OWN),
    post("run_month", "MA", "commissions.run_month", "", "month=2026-03"),
    ask("approve_statements", "commissions.approve_statement"),
    ask("lock_statements", "commissions.lock_statement"),
    ask("pay_statements", "commissions.lock_statement"),
    post("unlock_statement", "MA", "commissions.lock_statement", "{statement}"),
    # The statement is somebody else's; one's own is looked at in its own test.
    Address("statement", "MA", MONTH, args="{statement}"),
    Address("statement_changes", "MA", MONTH, args="{statement}"),
    Address("statement_csv", "MA", MONTH, args="{statement}"),
    Address("statement_pdf", "MA", MONTH, args="{statement}"),
    Address("line_payments", "MA", MONTH, args="{line}"),
    post("dispute_line", "MA", "commissions.add_dispute", "{line}", "reason=rule"),
    post("settle_dispute", "MA", "commissions.settle_dispute", "{dispute}"),
    post("withdraw_dispute", "MA", "commissions.add_dispute", "{dispute}"),
    Address("credits", "MA", "commissions.view_credit"),
    Address("credit_payment", "MA", "commissions.change_credit", args="{payment}"),
    Address("credit_payment", "MA", "commissions.add_credit", args="{payment}"),
    post("name_provider", "MA", "commissions.add_leadprovider", "{lead}"),
    post("credit_defaults", "MA", "commissions.add_credit"),
    Address("commission_rules", "MA", RULES),
    Address("commission_rule", "MA", RULES, args="{rule}"),
    Address(
        "commission_rule",
        "A",
        "commissions.change_commissionrule",
        method="post",
        args="{rule}",
    ),
    Address("new_rule", "A", "commissions.add_commissionrule", query="type=percent"),
    Address(
        "new_rule",
        "A",
        "commissions.add_commissionrule",
        method="post",
        query="type=percent",
    ),
    post("remove_rule", "A", "commissions.delete_commissionrule", "{rule}"),
    # The clinic, and what a new one begins with
    Address("clinic", "A", "medspa.change_clinic"),
    Address("clinic", "A", "medspa.change_clinic", method="post"),
    post("save_logo", "A", "medspa.change_clinic", data="remove=1"),
    Address("checklist", "A", "medspa.change_clinic"),
    post("skip_setup_step", "A", "medspa.change_clinic", data="step=keys"),
    # People
    Address("people", "A", "medspa.view_user"),
    Address("roles", "A", "auth.view_group"),
    Address("person_add", "A", "medspa.add_user"),
    post("person_add", "A", "medspa.add_user", "", INVITED),
    Address("person", "A", "medspa.view_user", args="{person}"),
    post("person", "A", "medspa.change_user", "{person}", EDITED),
    Address("person_deactivate", "A", "medspa.change_user", args="{person}"),
    post("person_deactivate", "A", "medspa.change_user", "{person}"),
    post("person_reactivate", "A", "medspa.change_user", "{person}"),
    post("person_invite", "A", "medspa.change_user", "{person}"),
    post("person_cancel_invitation", "A", "medspa.change_user", "{person}"),
    post("person_cancel_email", "A", "medspa.change_user", "{person}"),
    post("person_reset_password", "A", "medspa.change_user", "{person}"),
    post("person_reset_two_step", "A", "medspa.change_user", "{person}"),
    post("person_sign_out", "A", "medspa.change_user", "{person}"),
    # Connections
    Address("connections", "MA", "connections.view_connection"),
    post("add_connection", "A", CONNECTING, "", "door=connect&account=zap2"),
    post("payment_order", "A", CONNECTING, "", "system=square&before=stripe"),
    post("set_secrets", "A", CONNECTING, "{connection}", "signing_secret=whsec_AAAA"),
    Address("set_up_connection", "A", CONNECTING, args="{connection}"),
    post("set_up_connection", "A", CONNECTING, "{connection}"),
    post("correct_account", "A", CONNECTING, "{connection}", "account=zap3"),
    post("first_import", "A", CONNECTING, "{connection}", "act=preview"),
    post("switch_connection", "A", CONNECTING, "{connection}", "on=yes"),
    post("decide_delivery", "MA", DECIDING, "{delivery}", "act=dismiss"),
    post("decide_stuck", "MA", DECIDING, "{connection}", "act=dismiss"),
    Address("match_event", "MA", DECIDING, args="{unmatched}"),
    post("decide_event", "MA", DECIDING, "{unmatched}", "act=dismiss"),
    Address("differences", "MA", DECIDING, args="{compared}"),
    post("settle_difference", "MA", DECIDING, "{difference}", "take=ours"),
    Address("undo_batch", "MA", DECIDING, args="{batch}"),
    post("undo_batch", "MA", DECIDING, "{batch}"),
    Address("undo_period", "MA", DECIDING, args="{connection}"),
    post("undo_period", "MA", DECIDING, "{connection}"),
    Address("undone", "MA", DECIDING, args="{undo}"),
    post("continue_undo", "MA", DECIDING, "{undo}"),
    # Health
    Address("backups", "A", "safekeeping.view_backup"),
    Address("recovery_sheet", "A", "safekeeping.run_backup"),
    post("back_up_now", "A", "safekeeping.run_backup"),
    post("drill_now", "A", "safekeeping.run_backup"),
    Address("health", "A", "medspa.change_user"),
    post("unlock_sign_in", "A", "medspa.change_user", "", "name=ana&address=10.0.0.1"),
    # Somebody else's background job: one's own is in test_run_pages.py.
    Address("job", "MA", "medspa.view_jobrun", args="{run}", others=404),
    Address(
        "job_cancel",
        "MA",
        "medspa.view_jobrun",
        302,
        "post",
        "{run}",
        others=404,
    ),
)
# Addresses for everybody who is signed in; what they show depends on the person.
FOR_ALL = {
    "account",
    "add_authenticator",
    "add_passkey",
    "change_password",
    "confirm_sign_in",
    "help",
    "home",
    "jobs",
    "recovery_codes",
    "remove_authenticator",
    "remove_passkey",
    "rename_passkey",
    "session",
    "sign_out_others",
    "sign_out_there",
    "two_step_set_up",
}
# Of these the ones about a row of the person's own.
OF_ROWS = {"remove_passkey", "rename_passkey", "sign_out_there"}
# Addresses for people who can't sign in, or not yet, with the logo on that page.
PUBLIC = {
    "api_docs",
    "api_openapi",
    "assistants",
    "clinic_logo",
    "confirm_email",
    "forgot_password",
    "form_script",
    "hosted_form",
    "invitation",
    "passkey_options",
    "passkey_sign_in",
    "reset_password",
    "take_delivery",
    "two_step",
    "welcome",
}


def filled(text: str, rows: dict[str, Any]) -> str:
    return text.format(**{name: row.pk for name, row in rows.items()})
