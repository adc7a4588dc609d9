"""Addresses of the keys' pages, the API and its documentation."""

from django.urls import URLPattern, URLResolver, path

from api.assistants import assistants
from api.description import description_views as description
from api.exports import views as exports
from api.keys import key_views as keys
from api.registry import operations
from api.web.operations import api
from api.webhooks import webhook_views as webhooks

operations()  # each registers its address

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/openapi.json", description.openapi_json, name="api_openapi"),
    path("v1/", api.urls),
    path("keys/", keys.KeysPage.as_view(), name="api_keys"),
    path("keys/add/", keys.AddKeyPage.as_view(), name="add_api_key"),
    path("keys/<slug:key_id>/rotate/", keys.rotate, name="rotate_api_key"),
    path("keys/<slug:key_id>/revoke/", keys.revoke, name="revoke_api_key"),
    path("webhooks/", webhooks.WebhooksPage.as_view(), name="webhooks"),
    path("webhooks/add/", webhooks.AddWebhookPage.as_view(), name="add_webhook"),
    path(
        "webhooks/<slug:endpoint_id>/", webhooks.WebhookPage.as_view(), name="webhook"
    ),
    path(
        "webhooks/<slug:endpoint_id>/change/",
        webhooks.ChangeWebhookPage.as_view(),
        name="change_webhook",
    ),
    path("webhooks/<slug:endpoint_id>/rotate/", webhooks.rotate, name="rotate_webhook"),
    path(
        "webhooks/<slug:endpoint_id>/disable/", webhooks.disable, name="disable_webhook"
    ),
    path("webhooks/<slug:endpoint_id>/enable/", webhooks.enable, name="enable_webhook"),
    path("webhooks/<slug:endpoint_id>/delete/", webhooks.delete, name="delete_webhook"),
    path("webhooks/<slug:endpoint_id>/test/", webhooks.test, name="test_webhook"),
    path("webhooks/<slug:endpoint_id>/replay/", webhooks.replay, name="replay_webhook"),
    path("exports/<slug:export_id>/", exports.ExportFilePage.as_view(), name="export"),
    path("exports/<slug:export_id>/file/", exports.export_file, name="export_file"),
    path("docs/", description.api_docs, name="api_docs"),
    path("mcp/", assistants, name="assistants"),
]
