"""What other programs call sources, platforms and procedures, and our codes."""

import re

from campaigns.models import Platform
from leads.choices import Procedure, Source

NOT_A_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


def key(text: str) -> str:
    """What two spellings of one word have in common: `Lead-Source` → `leadsource`."""
    return NOT_A_LETTER_OR_DIGIT.sub("", text).casefold()


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
PROCEDURE_SYNONYMS = _by_key(
    {
        Procedure.BOTOX: "btx, botox, dysport, xeomin, neurotoxin, tox",
        Procedure.FILLER: "filler, fillers, dermal filler, dermal fillers, lip filler, "
        "juvederm, restylane",
        Procedure.LASER: "laser, laser hair removal, lhr, ipl, laser resurfacing",
        Procedure.RHINOPLASTY: "rhino, rhinoplasty, nose job",
        Procedure.BREAST: "breast, breast augmentation, breast lift, ba",
        Procedure.TUMMY_TUCK: "tummy, tummy tuck, abdominoplasty",
        Procedure.FACELIFT: "face, facelift, face lift",
    }
)


def source_of(word: str) -> str:
    """The source that `word` means; `other` for an unknown word, empty for none."""
    return SOURCE_SYNONYMS.get(key(word), Source.OTHER) if word.strip() else ""


def platform_of(word: str) -> str:
    """The ad platform that `word` means; empty when it is none we know."""
    return PLATFORM_SYNONYMS.get(key(word), "")


def procedure_of(word: str) -> str:
    """The procedure code that `word` means; empty when it is none we know."""
    return PROCEDURE_SYNONYMS.get(key(word), "")
