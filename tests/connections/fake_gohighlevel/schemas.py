"""What GoHighLevel answers and accepts, written by hand from its published OpenAPI
files (contacts, opportunities, calendars, payments) and webhook pages.

Answers forbid further keys, so that the double can't invent any. Bodies do too: then
the double answers 422, as GoHighLevel does.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

DndStatus = Literal["active", "inactive", "permanent"]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DndSetting(Shape):
    status: DndStatus
    message: str | None = None
    code: str | None = None


class DndSettings(Shape):
    Call: DndSetting | None = None
    Email: DndSetting | None = None
    SMS: DndSetting | None = None
    WhatsApp: DndSetting | None = None
    GMB: DndSetting | None = None
    FB: DndSetting | None = None


class CustomFieldValue(Shape):
    id: str
    value: Any


class AttributionSource(Shape):
    url: str
    campaign: str | None = None
    utmSource: str | None = None
    utmMedium: str | None = None
    utmContent: str | None = None
    referrer: str | None = None
    campaignId: str | None = None
    fbclid: str | None = None
    gclid: str | None = None
    medium: str | None = None
    mediumId: str | None = None


class Contact(Shape):
    id: str
    name: str = ""
    locationId: str
    firstName: str = ""
    lastName: str = ""
    email: str = ""
    emailLowerCase: str = ""
    timezone: str = ""
    companyName: str = ""
    phone: str = ""
    dnd: bool = False
    dndSettings: DndSettings = DndSettings()
    type: str = "lead"
    source: str = ""
    assignedTo: str = ""
    address1: str = ""
    city: str = ""
    state: str = ""
    country: str = "US"
    postalCode: str = ""
    website: str = ""
    tags: list[str] = []
    dateOfBirth: str = ""
    dateAdded: str
    dateUpdated: str
    customFields: list[CustomFieldValue] = []
    attributionSource: AttributionSource | None = None
    lastAttributionSource: AttributionSource | None = None


class ContactAnswer(Shape):
    contact: Contact


class UpdatedContactAnswer(Shape):
    # Written like this in the published file.
    succeded: bool
    contact: Contact


class FoundContact(Contact):
    searchAfter: list[int | str]


class ContactSearchAnswer(Shape):
    contacts: list[FoundContact]
    total: int


class TagsAnswer(Shape):
    tags: list[str]


class OpportunityContact(Shape):
    id: str
    name: str
    companyName: str = ""
    email: str = ""
    phone: str = ""
    tags: list[str] = []


class Opportunity(Shape):
    id: str
    name: str
    monetaryValue: float | int = 0
    pipelineId: str
    pipelineStageId: str
    assignedTo: str = ""
    status: Literal["open", "won", "lost", "abandoned"] = "open"
    source: str = ""
    lastStatusChangeAt: str
    lastStageChangeAt: str
    lastActionDate: str
    createdAt: str
    updatedAt: str
    contactId: str
    locationId: str
    contact: OpportunityContact | None = None
    notes: list[Any] = []
    tasks: list[Any] = []
    calendarEvents: list[Any] = []
    lostReasonId: str | None = None
    customFields: list[CustomFieldValue] = []
    followers: list[Any] = []


class OpportunityAnswer(Shape):
    opportunity: Opportunity


class SearchMeta(Shape):
    total: int
    nextPageUrl: str | None = None
    startAfterId: str | None = None
    startAfter: int | None = None
    currentPage: int
    nextPage: int | None = None
    prevPage: int | None = None


class OpportunitySearchAnswer(Shape):
    opportunities: list[Opportunity]
    meta: SearchMeta
    aggregations: dict[str, Any] = {}


class Stage(Shape):
    id: str
    name: str
    position: int


class Pipeline(Shape):
    id: str
    name: str
    stages: list[Stage]
    showInFunnel: bool = True
    showInPieChart: bool = True
    locationId: str


class PipelinesAnswer(Shape):
    pipelines: list[Pipeline]


class Calendar(Shape):
    id: str
    name: str
    locationId: str
    isActive: bool = True


class CalendarsAnswer(Shape):
    calendars: list[Calendar]


class Location(Shape):
    id: str
    companyId: str = ""
    name: str
    domain: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    country: str = "US"
    postalCode: str = ""
    website: str = ""
    timezone: str = ""
    firstName: str = ""
    lastName: str = ""
    email: str = ""
    phone: str = ""


class LocationAnswer(Shape):
    location: Location


class LocationTag(Shape):
    id: str
    name: str
    locationId: str


class LocationTagsAnswer(Shape):
    tags: list[LocationTag]


AppointmentStatus = Literal[
    "new", "confirmed", "cancelled", "showed", "noshow", "invalid", "completed"
]


class Appointment(Shape):
    id: str
    address: str = ""
    title: str
    calendarId: str
    locationId: str
    contactId: str
    groupId: str = ""
    appointmentStatus: AppointmentStatus
    assignedUserId: str = ""
    users: list[str] = []
    notes: str = ""
    description: str = ""
    isRecurring: bool = False
    startTime: str
    endTime: str
    dateAdded: str
    dateUpdated: str


class EventAnswer(Shape):
    event: Appointment


class EventsAnswer(Shape):
    events: list[Appointment]


class EditedAppointment(Shape):
    id: str
    calendarId: str
    locationId: str
    contactId: str
    startTime: str
    endTime: str
    title: str
    appointmentStatus: AppointmentStatus
    assignedUserId: str = ""
    address: str = ""


class Transaction(Shape):
    id: str = Field(alias="_id")
    altId: str
    altType: Literal["location"] = "location"
    contactId: str
    mergedFromContactId: str | None = None
    contactName: str = ""
    contactEmail: str = ""
    currency: str = "USD"
    amount: float | int
    status: Literal["succeeded", "pending", "failed", "refunded"] = "succeeded"
    liveMode: bool = True
    entityType: str = "invoice"
    entityId: str = ""
    entitySourceType: str = "invoice"
    entitySourceName: str = ""
    entitySourceMeta: dict[str, Any] = {}
    chargeSnapshot: dict[str, Any] = {}
    paymentProviderType: str = "stripe"
    ipAddress: str = ""
    createdAt: str
    updatedAt: str
    amountRefunded: float | int = 0
    fulfilledAt: str


class TransactionsAnswer(Shape):
    data: list[Transaction]
    totalCount: int


class ErrorAnswer(Shape):
    statusCode: int
    message: str | list[str]
    error: str = ""


class ContactChange(Shape):
    firstName: str | None = None
    lastName: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    dnd: bool | None = None
    dndSettings: DndSettings | None = None
    tags: list[str] | None = None
    source: str | None = None
    assignedTo: str | None = None


class NewContact(ContactChange):
    locationId: str


class TagsBody(Shape):
    tags: list[str]


class OpportunityChange(Shape):
    pipelineId: str | None = None
    name: str | None = None
    pipelineStageId: str | None = None
    status: Literal["open", "won", "lost", "abandoned"] | None = None
    monetaryValue: float | int | None = None
    assignedTo: str | None = None


class AppointmentChange(Shape):
    title: str | None = None
    appointmentStatus: AppointmentStatus | None = None
    assignedUserId: str | None = None
    toNotify: bool = True
    ignoreFreeSlotValidation: bool = False
    startTime: str | None = None
    endTime: str | None = None


class RangeValue(Shape):
    gte: str | int | None = None
    lte: str | int | None = None


class Filter(Shape):
    field: Literal["dateUpdated", "dateAdded"]
    operator: Literal["range"]
    value: RangeValue


class Sort(Shape):
    field: Literal["dateUpdated", "dateAdded"]
    direction: Literal["asc", "desc"]


class ContactSearch(Shape):
    locationId: str
    pageLimit: int = Field(ge=1, le=500)
    page: int | None = Field(None, ge=1)
    searchAfter: list[int | str] | None = None
    filters: list[Filter] = []
    sort: list[Sort] = []
