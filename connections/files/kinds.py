"""What files of payments and of appointments hold: fields and their usual headers.

The keys of headers are those of `medspa.reading.word_keys`. Whatever is no field is
forgotten while a file is read: names of line items, notes, addresses, cards.
"""

from collections.abc import Mapping
from dataclasses import dataclass

WHO_COLUMNS = {
    "email": "Email",
    "phone": "Phone",
    "customer_id": "Customer ID",
    "first_name": "First name",
    "full_name": "Full name (only the first name is kept)",
}
WHO_HEADERS = {
    "email": "email, customeremail, clientemail, emailaddress, buyeremail, "
    "guestemail, patientemail, inviteeemail, customeremailaddress",
    "phone": "phone, customerphone, clientphone, phonenumber, mobile, mobilephone, "
    "cellphone, guestphone, patientphone, mobilenumber, customerphonenumber",
    "customer_id": "customerid, clientid, guestid, patientid, customerreferenceid, "
    "guestcode",
    "first_name": "firstname, clientfirstname, customerfirstname, guestfirstname, "
    "patientfirstname, inviteefirstname",
    "full_name": "customername, clientname, client, customer, guestname, guest, "
    "patientname, patient, inviteename, fullname, name",
}


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its fields, the best headers first, and what it can't be
    without."""

    name: str
    title: str
    fields: Mapping[str, str]
    headers: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]


def _headers(lines: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {
        field: tuple(line.replace(" ", "").split(","))
        for field, line in {**WHO_HEADERS, **lines}.items()
    }


PAYMENT_FILES = FileKind(
    name="payments",
    title="Payments and refunds",
    fields={
        "id": "Payment ID",
        "payment_id": "Payment ID that a refund is of",
        "type": "Type (payment or refund)",
        "status": "Status",
        "amount": "Amount",
        "tip": "Tip (not counted)",
        "refunded": "Amount refunded",
        "refunded_on": "Refund date",
        "date": "Date",
        "time": "Time",
        "currency": "Currency",
        "procedure": "Procedure",
        **WHO_COLUMNS,
    },
    headers=_headers(
        {
            "id": "paymentintentid, paymentid, transactionid, id, chargeid, invoiceno, "
            "invoicenumber, receiptno, receiptnumber, checkoutno, orderid, saleid, "
            "invoiceid",
            "payment_id": "originalpaymentid, originaltransactionid, "
            "refundedpaymentid, refundof, parentpaymentid, originalsaleid",
            "type": "eventtype, type, transactiontype, paymenttransactiontype",
            "status": "status, paymentstatus, transactionstatus, state",
            "amount": "totalcollected, amount, amountpaid, totalpaid, paymentamount, "
            "collected, total, paid, grosssales, netsales, saleamount",
            "tip": "tip, tips, tipamount, gratuity",
            "refunded": "amountrefunded, refundedamount, refundamount, totalrefunded",
            "refunded_on": "refundeddateutc, refundeddate, refunddate, refundedat",
            "date": "createddateutc, date, paymentdate, transactiondate, saledate, "
            "datepaid, created, createdat, createdutc, closeddate, checkoutdate",
            "time": "time, paymenttime, transactiontime",
            "currency": "currency, currencycode",
            "procedure": "procedure, procedurecode, treatment, service, category",
        }
    ),
    needed=("amount", "date"),
)
APPOINTMENTS = FileKind(
    name="appointments",
    title="Appointments",
    fields={
        "id": "Appointment ID",
        "date": "Date of the appointment",
        "time": "Time of the appointment",
        "booked_on": "Booked on",
        "status": "Status",
        "service": "Service",
        "provider": "Provider",
        **WHO_COLUMNS,
    },
    headers=_headers(
        {
            "id": "appointmentid, bookingid, id, eventid, appointmentnumber, "
            "invoiceno, inviteeuuid",
            "date": "appointmentdate, startdatetime, startdateandtime, starttime, "
            "date, start, appointmentstart, startat, startdate, servicedate",
            "time": "time, appointmenttime, timeofday",
            "booked_on": "bookedon, bookeddate, datebooked, bookingdate, createdat, "
            "created, datecreated, createddate, eventcreateddateandtime, "
            "datescheduled",
            "status": "status, appointmentstatus, bookingstatus, state, canceled",
            "service": "service, servicename, appointmenttype, type, treatment, "
            "eventtypename, services",
            "provider": "provider, staff, staffname, serviceprovider, practitioner, "
            "employee, calendar, therapist",
        }
    ),
    needed=("date",),
)
FILE_KINDS = {kind.name: kind for kind in (PAYMENT_FILES, APPOINTMENTS)}
