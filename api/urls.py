"""Addresses of the keys' pages, the API and its documentation."""

from django.urls import URLPattern, URLResolver, path

from api.assistants import assistants
from api.description import description_views as description
from api.keys import key_views as keys
from api.registry import operations
from api.web.operations import api

operations()  # each registers its address

urlpatterns: list[URLPattern | URLResolver] = [
    path("keys/", keys.KeysPage.as_view(), name="api_keys"),
    path("keys/add/", keys.AddKeyPage.as_view(), name="add_api_key"),
    path("keys/<slug:key_id>/rotate/", keys.rotate, name="rotate_api_key"),
    path("keys/<slug:key_id>/revoke/", keys.revoke, name="revoke_api_key"),
    path("docs/", description.api_docs, name="api_docs"),
    path("mcp/", assistants, name="assistants"),
    path("v1/openapi.json", description.openapi_json, name="api_openapi"),
    path("v1/", api.urls),
]
