"""URLs of the commission pages."""

from django.urls import path

from commissions.views import (
    actions,
    credit_list,
    credits,
    month,
    rules,
    statement,
    year,
)

urlpatterns = [
    path("", month.MonthPage.as_view(), name="commissions"),
    path("uncredited/", month.UncreditedPage.as_view(), name="uncredited"),
    path("month.csv", month.month_csv, name="commissions_csv"),
    path("run/", actions.run, name="run_month"),
    path("approve/", actions.approve, name="approve_statements"),
    path("lock/", actions.lock, name="lock_statements"),
    path("pay/", actions.pay, name="pay_statements"),
    path("year/", year.YearPage.as_view(), name="commissions_year"),
    path("mine/", year.MinePage.as_view(), name="my_commissions"),
    path("credits/", credit_list.CreditListPage.as_view(), name="credits"),
    path("credit/<str:event_id>/", credits.CreditPage.as_view(), name="credit_payment"),
    path("credit/lead/<slug:lead_id>/", credits.choose_provider, name="name_provider"),
    path("credit-defaults/", credits.defaults, name="credit_defaults"),
    path("rules/", rules.RulesPage.as_view(), name="commission_rules"),
    path("rules/new/", rules.RulePage.as_view(), name="new_rule"),
    path("rules/<str:rule_id>/", rules.RulePage.as_view(), name="commission_rule"),
    path("rules/<str:rule_id>/remove/", rules.remove, name="remove_rule"),
    path("<str:statement_id>/", statement.StatementPage.as_view(), name="statement"),
    path(
        "<str:statement_id>/changes/",
        statement.ChangesPage.as_view(),
        name="statement_changes",
    ),
    path("<str:statement_id>/csv/", statement.statement_csv, name="statement_csv"),
    path("<str:statement_id>/pdf/", statement.statement_pdf, name="statement_pdf"),
    path("<str:statement_id>/unlock/", actions.unlock, name="unlock_statement"),
    path(
        "lines/<str:line_id>/payments/",
        statement.LinePaymentsPage.as_view(),
        name="line_payments",
    ),
    path("lines/<str:line_id>/dispute/", actions.dispute, name="dispute_line"),
    path(
        "disputes/<str:dispute_id>/withdraw/", actions.withdraw, name="withdraw_dispute"
    ),
    path("disputes/<str:dispute_id>/settle/", actions.resolve, name="settle_dispute"),
]
