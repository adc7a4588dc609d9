"""The address of the calendar of consults."""

from django.urls import path

from kpis.calendar.views import CalendarPage

urlpatterns = [path("", CalendarPage.as_view(), name="calendar")]
