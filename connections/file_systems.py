"""The systems whose files are imported, and what people call them."""

# The systems that clinics sell and book with. Ids of Square, Stripe, Calendly and
# Acuity are those of their doors, so that a file and a door never count twice.
FILE_SYSTEMS = {
    "acuity": "Acuity Scheduling",
    "aesthetic_record": "Aesthetic Record",
    "boulevard": "Boulevard",
    "calendly": "Calendly",
    "gohighlevel": "GoHighLevel",
    "mangomint": "Mangomint",
    "patientnow": "PatientNow",
    "square": "Square",
    "stripe": "Stripe",
    "vagaro": "Vagaro",
    "zenoti": "Zenoti",
    "other": "Another system",
}
