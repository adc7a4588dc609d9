"""Help: every page of the site has some, it can be searched, and it is short."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from medspa.help.pages import PAGES, HelpPage, find_help, help_of_view, paragraphs_of
from medspa.models import User
from medspa.roles import ROLES

# Addresses that show no page of their own: forms' targets, files, parts of a page.
NO_PAGES = {
    *("allow_contact", "ask_erasure", "certificate_file", "decide_erasure"),
    *("lift_hold", "person_json", "person_pdf", "place_hold"),
    *("change_tag", "decide_suggestion", "void_event"),
    *("api_docs", "api_openapi", "revoke_api_key", "rotate_api_key"),
    *("disable_webhook", "enable_webhook", "replay_webhook", "rotate_webhook"),
    *("delete_webhook", "test_webhook"),
    *("back_up_now", "drill_now"),
    *("delete_campaign", "restore_campaign"),
    *("board_ages", "board_call", "board_cards", "board_changes", "board_undo"),
    "today_sections",
    *("board_undo_call", "bring_stage_back", "entry_stage", "place_stage"),
    *("commissions_csv", "credit_defaults", "dispute_line", "name_provider"),
    *("remove_rule", "run_month", "settle_dispute", "statement_csv", "statement_pdf"),
    "withdraw_dispute",
    *("unlock_statement", "job_cancel", "unlock_sign_in", "stop_working"),
    *("lead_book", "lead_confirm_consult", "lead_cancel_consult"),
    *("lead_correct_payment", "lead_done", "lead_failed", "lead_log"),
    "lead_do_not_contact",
    *("lead_no_show", "lead_pay", "lead_plan", "lead_refund", "lead_restore"),
    *("lead_same", "lead_shown", "lead_tag", "lead_undo", "lead_untag"),
    *("leads_bulk_undo", "leads_columns", "leads_counts", "leads_export"),
    *("leads_save_view", "leads_view"),
    *("person_cancel_email", "person_cancel_invitation", "person_invite"),
    *("person_reactivate", "person_reset_password"),
    *("person_reset_two_step", "person_sign_out", "sign_out_others", "sign_out_there"),
    *("passkey_options", "passkey_sign_in", "remove_authenticator", "remove_passkey"),
    *("rename_passkey", "session"),
    *("leads_save_view", "leads_view", "clinic_logo", "save_logo", "skip_setup_step"),
    *("add_procedure_name", "bring_lost_reason_back", "bring_procedure_back"),
    *("bring_source_back", "name_procedure", "delete_campaign", "restore_campaign"),
    *("lead_cancel_consult", "lead_confirm_consult", "void_event"),
    *("add_connection", "decide_delivery", "decide_event", "switch_connection"),
    "decide_stuck",
    *("correct_account", "first_import"),
    *("continue_undo", "settle_difference"),
    "take_delivery",
    "export_file",
    "assistants",
    "stage_question",
    *("form_script", "hosted_form"),  # for visitors, in their own frame
    "welcome",  # before anyone has signed in
}


def our_names(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name
        elif entry.namespace not in ("admin", "api"):
            yield from our_names(entry)


@pytest.mark.parametrize("name", sorted({*our_names(get_resolver())} - NO_PAGES))
def test_every_page_has_help(name: str) -> None:
    assert help_of_view(name), f"Say in medspa/help/pages.py which help {name} has."


@pytest.mark.parametrize(
    "model", sorted(model._meta.label_lower for model in admin.site._registry)
)
def test_every_table_of_the_admin_has_help(model: str) -> None:
    name = f"admin:{model.replace('.', '_')}"
    assert help_of_view(f"{name}_changelist"), f"Add {name} to medspa/help/pages.py."


def test_history_has_its_own_help() -> None:
    page = help_of_view("admin:leads_tag_history")
    assert page and page.key == "history"


def test_every_address_with_help_exists() -> None:
    ours = {*our_names(get_resolver())}
    tables = {
        f"admin:{model._meta.label_lower.replace('.', '_')}"
        for model in admin.site._registry
    }
    known = ours | tables | {"admin:password_change"}
    assert {view for page in PAGES for view in page.views} <= known
    assert ours >= NO_PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_a_page_of_help_is_short(page: HelpPage) -> None:
    words = " ".join(paragraphs_of(page)).split()
    assert 25 <= len(words) <= 230


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_everyone_reads_all_help(
    role: str, person: Callable[[str], User], client: Client
) -> None:
    client.force_login(person(role))
    index = client.get("/help/").content.decode()
    links = re.findall(r"/help/\?about=([\w-]+)", index)
    assert {page.key for page in PAGES} <= {*links}
    for page in PAGES:
        html = client.get(f"/help/?about={page.key}").content.decode()
        assert f"<span>{page.title}</span>" in html
    assert client.get("/help/?about=nothing").status_code == 404


@pytest.mark.django_db
def test_each_page_leads_to_its_own_help(manager: User, client: Client) -> None:
    client.force_login(manager)
    for address, key in (
        ("/leads/board/", "board"),
        ("/kpis/", "kpis"),
        ("/admin/leads/tag/", "tags"),
        ("/help/", "start"),
    ):
        html = client.get(address).content.decode()
        link = re.search(r'<a class="shell-toggle shell-help"[^>]*>', html)
        assert link and f'href="/help/?about={key}"' in link[0]
        assert 'aria-label="Help"' in link[0]


def test_help_is_found_by_all_words_of_a_search() -> None:
    assert find_help("Refund clawback")[0].page.key == "statement"
    assert find_help("call queue")[0].page.key == "today"
    assert find_help("tag")[0].page.key == "tags"  # titles come first
    assert find_help("refund elephant") == []
    assert find_help("  ") == []


def test_a_search_shows_the_sentence_with_the_word() -> None:
    (found,) = [each for each in find_help("clawback") if each.page.key == "statement"]
    assert "as a clawback." in found.sentence
    assert "A draft" in found.sentence


@pytest.mark.django_db
def test_a_search_that_finds_nothing_says_what_to_try(
    manager: User, client: Client
) -> None:
    client.force_login(manager)
    html = client.get("/help/?q=elephant").content.decode()
    assert "Nothing found for “elephant”" in html
    assert "Try one word" in html
