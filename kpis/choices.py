"""The kinds of events that KPIs count, and the reasons to void one."""

from django.db import models


class Kind(models.TextChoices):
    AD_CLICK = "ad_click", "Ad click"
    CONSULT_BOOKED = "consult_booked", "Consult booked"
    CONSULT_SHOW = "consult_show", "Showed"
    INVOICE_PAID = "invoice_paid", "Payment"
    INVOICE_REFUNDED = "invoice_refunded", "Refund"


MONEY_KINDS = (Kind.INVOICE_PAID.value, Kind.INVOICE_REFUNDED.value)
# Kinds of which a lead counts once in a range, however often they happen in it.
ONCE_PER_LEAD = (
    Kind.CONSULT_BOOKED.value,
    Kind.CONSULT_SHOW.value,
    Kind.INVOICE_PAID.value,
)


class Category(models.TextChoices):
    SERVICE = "service", "Service"
    RETAIL = "retail", "Retail"
    MEMBERSHIP = "membership", "Membership"
    DEPOSIT = "deposit", "Deposit"


class VoidReason(models.TextChoices):
    """Why a recorded event no longer counts."""

    TWICE = "twice", "Entered twice"
    WRONG_PERSON = "wrong_person", "Wrong person"
    WRONG_AMOUNT = "wrong_amount", "Wrong amount"
    WRONG_DATE = "wrong_date", "Wrong date"
    NEVER_HAPPENED = "never_happened", "It did not happen"
    TEST = "test", "Test"
    MISTAKE = "mistake", "Entered by mistake"


class CancelReason(models.TextChoices):
    """Why a booked consult does not take place; picked, never typed."""

    CANT_MAKE_IT = "cant_make_it", "Can't make it"
    NOT_INTERESTED = "not_interested", "Not interested anymore"
    ELSEWHERE = "elsewhere", "Booked elsewhere"
    CLINIC = "clinic", "Clinic canceled"
    DOUBLE_BOOKED = "double_booked", "Double-booked"
