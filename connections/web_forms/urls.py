"""Addresses for setting up web forms."""

from django.urls import path

from connections.web_forms.setup_views import WebFormList, WebFormPage, preview_form

urlpatterns = [
    path("", WebFormList.as_view(), name="web_forms"),
    path("new/", WebFormPage.as_view(), name="new_web_form"),
    path("<slug:form_id>/", WebFormPage.as_view(), name="web_form"),
    path("<slug:form_id>/preview/", preview_form, name="preview_web_form"),
]
