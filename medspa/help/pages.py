"""The pages of help: one a subject, and which of our pages each of them is about.

Their texts are templates/help/<key>.html: plain HTML, which needs no renderer and which
the tests of words and templates read like any other page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape

from django.template.loader import render_to_string

MARKUP = re.compile(r"<[^>]+>")
BLOCK = re.compile(r"<(?:p|li|dd)>(.*?)</(?:p|li|dd)>", re.DOTALL)
SEARCHED_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class HelpPage:
    """`views` are the names of the addresses that it explains.

    A name like `admin:leads_tag` stands for the pages of that model in the admin.
    """

    key: str
    title: str
    group: str
    views: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"help/{self.key}.html"


WORK, NUMBERS, SETTINGS = "Work", "Numbers", "Settings"
PAGES = (
    HelpPage("start", "Getting started", WORK, ("home", "help")),
    HelpPage("today", "Today", WORK, ("today", "work_queue")),
    HelpPage(
        "board",
        "Pipeline",
        WORK,
        ("board", "board_column", "board_move", "board_moves"),
    ),
    HelpPage("calendar", "Calendar", WORK, ("calendar",)),
    HelpPage("leads", "Leads", WORK, ("leads", "leads_do_many", "leads_bulk")),
    HelpPage(
        "lead",
        "A lead",
        WORK,
        (
            "lead",
            "lead_edit",
            "lead_move",
            "admin:leads_activity",
            "admin:leads_leadstage",
            "admin:leads_leadtag",
            "admin:leads_opportunity",
            "admin:leads_task",
            "admin:leads_contactpoint",
        ),
    ),
    HelpPage("add-lead", "Add a lead", WORK, ("lead_add", "admin:leads_lead")),
    HelpPage("deleted", "Deleted leads", WORK, ("deleted_leads",)),
    HelpPage("merge", "Merge leads", WORK, ("lead_merge", "leads_merge_chosen")),
    HelpPage("import", "Import leads", WORK, ("lead_import", "lead_imported")),
    HelpPage("jobs", "Background jobs", WORK, ("jobs", "job")),
    HelpPage("kpis", "KPIs", NUMBERS, ("kpis", "kpi_rows", "kpi_restated_months")),
    HelpPage("restatements", "Restated months", NUMBERS, ("kpi_restatements",)),
    HelpPage(
        "campaigns",
        "Campaigns",
        NUMBERS,
        (
            "campaigns",
            "campaign",
            "new_campaign",
            "edit_campaign",
            "admin:campaigns_campaign",
        ),
    ),
    HelpPage(
        "spend",
        "Ad spend",
        NUMBERS,
        (
            "import_spend",
            "campaign_paste",
            "campaign_spend",
        ),
    ),
    HelpPage(
        "payments",
        "Payments and events",
        NUMBERS,
        ("payments", "lead_payment", "admin:kpis_kpievent"),
    ),
    HelpPage(
        "commissions",
        "Commissions",
        NUMBERS,
        (
            "commissions",
            "uncredited",
            "commissions_year",
            "approve_statements",
            "lock_statements",
            "pay_statements",
        ),
    ),
    HelpPage(
        "statement",
        "A statement",
        NUMBERS,
        ("statement", "statement_changes", "line_payments"),
    ),
    HelpPage("my-commissions", "My commissions", NUMBERS, ("my_commissions",)),
    HelpPage(
        "credits",
        "Commission credits",
        NUMBERS,
        ("credits", "credit_payment", "admin:commissions_credit"),
    ),
    HelpPage(
        "rules",
        "Commission rules",
        SETTINGS,
        (
            "commission_rules",
            "new_rule",
            "commission_rule",
            "admin:commissions_commissionrule",
        ),
    ),
    HelpPage("clinic", "Clinic settings", SETTINGS, ("clinic", "checklist")),
    HelpPage("procedures", "Procedures", SETTINGS, ("admin:leads_procedure",)),
    HelpPage(
        "sources",
        "Sources and lost reasons",
        SETTINGS,
        ("admin:leads_leadsource", "admin:leads_leadlostreason"),
    ),
    HelpPage("stages", "Stages", SETTINGS, ("admin:leads_pipelinestage",)),
    HelpPage(
        "tags",
        "Tags",
        SETTINGS,
        ("tags", "admin:leads_tag", "admin:leads_tagsuggestion"),
    ),
    HelpPage(
        "web-forms",
        "Web forms",
        SETTINGS,
        ("web_forms", "web_form", "new_web_form", "preview_web_form"),
    ),
    HelpPage("providers", "Providers", SETTINGS, ("admin:commissions_provider",)),
    HelpPage(
        "people",
        "People",
        SETTINGS,
        ("people", "person", "person_add", "person_deactivate", "admin:medspa_user"),
    ),
    HelpPage(
        "connections",
        "Connections",
        SETTINGS,
        (
            *(
                "connections",
                "payment_order",
                "match_event",
                "set_secrets",
                "import_events",
            ),
            *("set_up_connection", "undo_batch", "undo_period", "undone"),
            "differences",
        ),
    ),
    HelpPage("roles", "Roles", SETTINGS, ("roles", "admin:auth_group")),
    HelpPage("api-keys", "API keys", SETTINGS, ("api_keys", "add_api_key")),
    HelpPage(
        "webhooks",
        "Webhooks",
        SETTINGS,
        ("webhooks", "webhook", "add_webhook", "change_webhook"),
    ),
    HelpPage(
        "exports", "Exports", SETTINGS, ("exports", "export", "admin:leads_exportlog")
    ),
    HelpPage("audit-log", "Audit log", SETTINGS, ("audit_log",)),
    HelpPage("deleted-leads", "Deleted leads", SETTINGS, ("deleted_leads",)),
    HelpPage("retention", "Retention", SETTINGS, ("retention", "certificate")),
    HelpPage("erasure", "Privacy and erasure", SETTINGS, ("erasure", "lead_privacy")),
    HelpPage("health", "Status", SETTINGS, ("health",)),
    HelpPage("backups", "Backups", SETTINGS, ("backups", "recovery_sheet")),
    HelpPage("history", "History", SETTINGS),
    HelpPage(
        "account",
        "Your account",
        SETTINGS,
        (
            "account",
            "add_authenticator",
            "add_passkey",
            "change_password",
            "confirm_email",
            "confirm_sign_in",
            "forgot_password",
            "invitation",
            "recovery_codes",
            "reset_password",
            "two_step",
            "two_step_set_up",
            "admin:password_change",
        ),
    ),
    HelpPage("errors", "When something goes wrong", SETTINGS),
)
HELP_BY_KEY = {page.key: page for page in PAGES}
BY_VIEW = {view: page for page in PAGES for view in page.views}
ADMIN_PAGE = re.compile(r"(admin:\w+?)_(changelist|add|change|delete|history)")


def help_of_view(name: str) -> HelpPage | None:
    """The help about the page at the address `name`, such as `admin:leads_tag_add`."""
    found = ADMIN_PAGE.fullmatch(name)
    if found and found[2] == "history":
        return HELP_BY_KEY["history"]
    return BY_VIEW.get(found[1] if found else name)


def help_beside(name: str) -> HelpPage:
    """The same; where a page has none of its own, the first one."""
    return help_of_view(name) or HELP_BY_KEY["start"]


@dataclass(frozen=True)
class FoundHelp:
    """A page of help, and what it says with the word that was looked for."""

    page: HelpPage
    sentence: str


def find_help(text: str) -> list[FoundHelp]:
    """The pages in which every word of `text` begins a word, titles first."""
    wanted = [word.lower() for word in SEARCHED_WORD.findall(text)]
    if not wanted:
        return []
    found = [
        FoundHelp(page, _sentence_with(wanted[0], page))
        for page in PAGES
        if all(_has_word(_words_of(page), word) for word in wanted)
    ]
    return sorted(found, key=lambda each: not _has_word(each.page.title, wanted[0]))


@cache
def paragraphs_of(page: HelpPage) -> list[str]:
    """What its paragraphs and list items say, without headings and markup."""
    html = render_to_string(page.template)
    texts = (MARKUP.sub("", block) for block in BLOCK.findall(html))
    return [" ".join(unescape(text).split()) for text in texts]


def _words_of(page: HelpPage) -> str:
    return " ".join([page.title, *paragraphs_of(page)])


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) is not None


def _sentence_with(word: str, page: HelpPage) -> str:
    """The first paragraph that has the word; the first one if only the title has it."""
    texts = paragraphs_of(page)
    return next((text for text in texts if _has_word(text, word)), texts[0])


def by_group() -> Iterator[tuple[str, list[HelpPage]]]:
    for group in (WORK, NUMBERS, SETTINGS):
        yield group, [page for page in PAGES if page.group == group]
