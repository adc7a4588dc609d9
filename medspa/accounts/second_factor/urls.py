from django.urls import path

from medspa.accounts.second_factor import (
    fresh_views,
    session_views,
    sign_in_views,
    step_views,
)

urlpatterns = [
    path("two-step/", sign_in_views.two_step, name="two_step"),
    path("two-step/set-up/", step_views.set_up, name="two_step_set_up"),
    path("two-step/app/", step_views.add_authenticator, name="add_authenticator"),
    path(
        "two-step/app/remove/",
        step_views.remove_authenticator,
        name="remove_authenticator",
    ),
    path("two-step/passkey/", step_views.add_passkey, name="add_passkey"),
    path(
        "two-step/passkey/<slug:passkey_id>/remove/",
        step_views.remove_passkey,
        name="remove_passkey",
    ),
    path(
        "two-step/passkey/<slug:passkey_id>/rename/",
        step_views.rename_passkey,
        name="rename_passkey",
    ),
    path("two-step/codes/", step_views.renew_codes, name="recovery_codes"),
    path("passkey/", sign_in_views.passkey_sign_in, name="passkey_sign_in"),
    path("passkey/options/", sign_in_views.passkey_options, name="passkey_options"),
    path("confirm/", fresh_views.confirm_sign_in, name="confirm_sign_in"),
    path(
        "signed-in/end-others/",
        session_views.sign_out_others,
        name="sign_out_others",
    ),
    path(
        "signed-in/<slug:session_key>/end/",
        session_views.sign_out_there,
        name="sign_out_there",
    ),
]
