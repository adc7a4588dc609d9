"""What other programs call sources and platforms, and our codes."""

import re

from campaigns.models import Platform
from leads.choices import Source
from medspa.reading.word_keys import key

HINT = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def without_hint(header: str) -> str:
    """A header without what stands in brackets: `Email (name@example.com)`."""
    return HINT.sub(" ", header).strip()


def header_keys(header: str) -> set[str]:
    """The keys by which a column may be known: of the header and of it without hint."""
    return {key(header), key(without_hint(header))} - {""}


def _by_key(words: dict[str, str]) -> dict[str, str]:
    return {
        key(word): value for value, line in words.items() for word in line.split(",")
    }


SOURCE_SYNONYMS = _by_key(
    {
        Source.FACEBOOK: "facebook, fb, facebook ads, meta, meta ads",
        Source.INSTAGRAM: "instagram, ig, insta, instagram ads",
        Source.GOOGLE: "google, google ads, adwords, google adwords, ppc, gads",
        Source.TIKTOK: "tiktok, tik tok, tiktok ads, tt",
        Source.REFERRAL: "referral, referrals, referred, friend, word of mouth",
        Source.ORGANIC: "organic, organic search, seo, google organic, google search",
        Source.WEBSITE: "website, web, website form, web form, form, landing page, "
        "direct traffic, direct, chat, chat widget, online",
        Source.PHONE: "phone, phone call, call, called, inbound call, telephone",
        Source.WALK_IN: "walk in, walkin, in person, drop in",
        Source.GOHIGHLEVEL: "gohighlevel, go high level, ghl, highlevel",
        Source.OTHER: "other",
    }
)
PLATFORM_SYNONYMS = _by_key(
    {
        Platform.FACEBOOK: "facebook, fb, facebook ads, meta, meta ads, msg, messenger",
        Platform.INSTAGRAM: "instagram, ig, insta, instagram ads",
        Platform.GOOGLE: "google, google ads, adwords, youtube, gads",
        Platform.TIKTOK: "tiktok, tik tok, tiktok ads, tt",
        Platform.BING: "bing, microsoft, microsoft ads, bing ads",
        Platform.YELP: "yelp, yelp ads",
        Platform.OTHER: "other, an, audience network",
    }
)


def source_of(word: str) -> str:
    """The source that `word` means; `other` for an unknown word, empty for none."""
    return SOURCE_SYNONYMS.get(key(word), Source.OTHER.value) if word.strip() else ""


def platform_of(word: str) -> str:
    """The ad platform that `word` means; empty when it is none we know."""
    return PLATFORM_SYNONYMS.get(key(word), "")


# Words that clinics tag interests with. A tag in a file is named to people only when it
# is one of these; any other could be a note about somebody.
TAG_WORDS = {
    key(word): word
    for line in (
        "Body contouring, Botox, Breast augmentation, Brow lift, Chemical peel",
        "Consultation, CoolSculpting, Dermaplaning, Dysport, EMSculpt, Facelift",
        "Facial, Filler, Hydrafacial, IPL, IV therapy, Juvederm, Kybella, Laser",
        "Laser hair removal, Lip filler, Liposuction, Member, Membership",
        "Microneedling, Morpheus8, Newsletter, PRP, Referral, RF microneedling",
        "Restylane, Rhinoplasty, Sculptra, Skin care, Skin tightening, Tummy tuck",
        "VIP, Weight loss, Xeomin",
    )
    for word in line.split(", ")
}
