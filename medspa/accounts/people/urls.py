from django.urls import path

from medspa.accounts.people import account_views, people_views

urlpatterns = [
    path("people/", people_views.PeoplePage.as_view(), name="people"),
    path("people/add/", people_views.AddPersonPage.as_view(), name="person_add"),
    path("people/roles/", people_views.RolesPage.as_view(), name="roles"),
    path("people/<slug:person_id>/", people_views.PersonPage.as_view(), name="person"),
    path(
        "people/<slug:person_id>/deactivate/",
        people_views.DeactivatePage.as_view(),
        name="person_deactivate",
    ),
    path(
        "people/<slug:person_id>/reactivate/",
        people_views.reactivate,
        name="person_reactivate",
    ),
    path(
        "people/<slug:person_id>/invite/",
        people_views.send_invitation,
        name="person_invite",
    ),
    path(
        "people/<slug:person_id>/cancel-invitation/",
        people_views.cancel_invitation,
        name="person_cancel_invitation",
    ),
    path(
        "people/<slug:person_id>/cancel-email/",
        people_views.cancel_email_change,
        name="person_cancel_email",
    ),
    path(
        "people/<slug:person_id>/reset-password/",
        people_views.send_password_reset,
        name="person_reset_password",
    ),
    path(
        "people/<slug:person_id>/reset-two-step/",
        people_views.reset_two_step,
        name="person_reset_two_step",
    ),
    path(
        "people/<slug:person_id>/sign-out/",
        people_views.sign_out,
        name="person_sign_out",
    ),
    path("account/", account_views.account, name="account"),
    path("account/session/", account_views.session, name="session"),
    path("account/password/", account_views.change_password, name="change_password"),
    path("account/forgot/", account_views.forgot_password, name="forgot_password"),
    path(
        "account/reset/<str:code>/<str:reset_token>/",
        account_views.reset_password,
        name="reset_password",
    ),
    path(
        "account/email/<str:email_token>/",
        account_views.confirm_email,
        name="confirm_email",
    ),
    path(
        "invitation/<str:invitation_token>/",
        account_views.accept_invitation,
        name="invitation",
    ),
]
