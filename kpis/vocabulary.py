"""The kinds of events that the numbers are made of."""

from django.db import models


class Kind(models.TextChoices):
    AD_CLICK = "ad_click", "Ad click"
    CONSULT_BOOKED = "consult_booked", "Consult booked"
    CONSULT_SHOW = "consult_show", "Consult shown"
    INVOICE_PAID = "invoice_paid", "Invoice paid"
    INVOICE_REFUNDED = "invoice_refunded", "Refund"


MONEY_KINDS = (Kind.INVOICE_PAID.value, Kind.INVOICE_REFUNDED.value)


class Category(models.TextChoices):
    SERVICE = "service", "Service"
    RETAIL = "retail", "Retail"
    MEMBERSHIP = "membership", "Membership"
    DEPOSIT = "deposit", "Deposit"
