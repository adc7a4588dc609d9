"""The closed lists of words that leads are described with."""

from django.db import models

# The codes of sources and lost reasons.
SLUG = r"^[a-z][a-z0-9_]{0,19}$"


class Source(models.TextChoices):
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    GOOGLE = "google", "Google"
    TIKTOK = "tiktok", "TikTok"
    REFERRAL = "referral", "Referral"
    ORGANIC = "organic", "Organic search"
    WEBSITE = "website", "Website form"
    PHONE = "phone", "Phone call"
    WALK_IN = "walk_in", "Walk-in"
    GOHIGHLEVEL = "gohighlevel", "GoHighLevel"
    OTHER = "other", "Other"


class Outcome(models.TextChoices):
    OPEN = "open", "Open"
    WON = "won", "Won"
    LOST = "lost", "Lost"


class ActivityType(models.TextChoices):
    SMS_SENT = "sms_sent", "Text sent"
    EMAIL_SENT = "email_sent", "Email sent"
    CALL = "call", "Call"
    FORM_SUBMIT = "form_submit", "Form submitted"
    STAGE_CHANGE = "stage_change", "Stage changed"
    TAG_ADDED = "tag_added", "Tag added"


class CallOutcome(models.TextChoices):
    ANSWERED = "answered", "Answered"
    NO_ANSWER = "no_answer", "No answer"
    VOICEMAIL = "voicemail", "Left a voicemail"
    BUSY = "busy", "Busy"
    CALL_BACK = "call_back", "Asked for a callback"
    BOOKED = "booked", "Booked a consult"
    NOT_INTERESTED = "not_interested", "Not interested"
    WRONG_NUMBER = "wrong_number", "Wrong number"


class MessageOutcome(models.TextChoices):
    SENT = "sent", "Sent"
    REPLIED = "replied", "Replied"
    BOUNCED = "bounced", "Could not be delivered"
    OPTED_OUT = "opted_out", "Opted out"


class LostReason(models.TextChoices):
    PRICE = "price", "Too expensive"
    NO_RESPONSE = "no_response", "Could not be reached"
    COMPETITOR = "competitor", "Went elsewhere"
    TIMING = "timing", "Not the right time"
    NOT_A_FIT = "not_a_fit", "Not a fit for us"
    CHANGED_MIND = "changed_mind", "Changed their mind"
    NO_SHOW = "no_show", "No-show"
    DUPLICATE = "duplicate", "Duplicate"
    SPAM = "spam", "Spam or test"


class NextStep(models.TextChoices):
    CALL_BACK = "call_back", "Call back"
    SEND_PRICES = "send_prices", "Send prices"
    OFFER_DATES = "offer_dates", "Offer consult dates"
    CONFIRM_CONSULT = "confirm_consult", "Confirm the consult"
    FOLLOW_UP_CONSULT = "follow_up_consult", "Follow up after the consult"
    FOLLOW_UP_NO_SHOW = "follow_up_no_show", "Follow up after a no-show"
    SEND_AFTERCARE_OFFER = "send_aftercare_offer", "Send follow-up offer"
    ASK_FOR_REVIEW = "ask_for_review", "Ask for a review"
    CHECK_IN = "check_in", "Check in again"
