"""Addresses of web forms, open to everybody."""

from django.urls import path

from connections.web_forms.hosted_views import embed_script, hosted_form

urlpatterns = [
    path("<slug:form_id>/", hosted_form, name="hosted_form"),
    path("<slug:form_id>/embed.js", embed_script, name="form_script"),
]
