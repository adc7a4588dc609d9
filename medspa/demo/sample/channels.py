"""Where leads come from: the distributions' sources as our own choices."""

from dataclasses import dataclass

from campaigns.models import Platform
from leads.choices import Source
from medspa.demo.sample.days import WeightedChoice
from medspa.demo.sample.distributions import SURGERY, Distributions

INJECTABLES = "injectables"
LASER = "laser"
SURGICAL = "surgery"
# The clinic's campaigns: platform, what they advertise, name.
CAMPAIGNS = (
    (Platform.FACEBOOK.value, INJECTABLES, "Botox and filler, new clients"),
    (Platform.FACEBOOK.value, LASER, "Laser hair removal packages"),
    (Platform.FACEBOOK.value, SURGICAL, "Meet the surgeon"),
    (Platform.INSTAGRAM.value, INJECTABLES, "Lip filler stories"),
    (Platform.INSTAGRAM.value, LASER, "Smooth skin reels"),
    (Platform.INSTAGRAM.value, SURGICAL, "Before the mirror reels"),
    (Platform.GOOGLE.value, INJECTABLES, "Search: Botox near me"),
    (Platform.GOOGLE.value, LASER, "Search: laser hair removal"),
    (Platform.GOOGLE.value, SURGICAL, "Search: plastic surgeon"),
    (Platform.TIKTOK.value, INJECTABLES, "Glow clips: injectables"),
    (Platform.TIKTOK.value, LASER, "Glow clips: laser"),
    (Platform.TIKTOK.value, SURGICAL, "Glow clips: surgery"),
)


# The procedure that has campaigns and visits of its own kind.
LASER_CODE = "LASER"


@dataclass(frozen=True)
class Channel:
    """One way to come in: our source, the ad platform (empty: no ad), its rates."""

    source: str
    platform: str
    mix: float
    cost_per_lead_cents: int
    books: float
    shows: float

    @property
    def calls(self) -> bool:
        return self.source == Source.PHONE.value

    @property
    def walks_in(self) -> bool:
        return self.source == Source.WALK_IN.value


# The distributions' source → our source, ad platform, share.
SPLITS = {
    "meta": (
        (Source.FACEBOOK, Platform.FACEBOOK, 0.6),
        (Source.INSTAGRAM, Platform.INSTAGRAM, 0.4),
    ),
    "google": ((Source.GOOGLE, Platform.GOOGLE, 1.0),),
    "instagram_organic": ((Source.INSTAGRAM, None, 1.0),),
    "organic_search": ((Source.ORGANIC, None, 0.8), (Source.WEBSITE, None, 0.2)),
    "referral": ((Source.REFERRAL, None, 1.0),),
    "tiktok": ((Source.TIKTOK, Platform.TIKTOK, 1.0),),
    "phone_walkin": ((Source.PHONE, None, 0.6), (Source.WALK_IN, None, 0.4)),
}


def channels(known: Distributions) -> list[Channel]:
    return [
        Channel(
            source=source.value,
            platform=platform.value if platform else "",
            mix=known.sources[key].mix * share,
            cost_per_lead_cents=known.sources[key].cpl,
            books=known.sources[key].book,
            shows=known.sources[key].show,
        )
        for key, splits in SPLITS.items()
        for source, platform, share in splits
    ]


def advertised(code: str) -> str:
    """Which of the three kinds of campaigns advertises this procedure."""
    if code in SURGERY:
        return SURGICAL
    return LASER if code == LASER_CODE else INJECTABLES


def procedure_wheels(known: Distributions) -> list[WeightedChoice[str]]:
    """For January to December: laser has its own season."""
    return [
        WeightedChoice(list(weights), list(weights.values()))
        for weights in _by_month(known)
    ]


def group_shares(known: Distributions, month: int) -> dict[str, float]:
    """Shares of a month's leads (0 is January) by kind of campaign; they sum to 1."""
    weights = _by_month(known)[month]
    shares = dict.fromkeys((INJECTABLES, LASER, SURGICAL), 0.0)
    for code, weight in weights.items():
        shares[advertised(code)] += weight / sum(weights.values())
    return shares


def _by_month(known: Distributions) -> list[dict[str, float]]:
    return [
        {
            code: procedure.mix * (index if code == LASER_CODE else 1)
            for code, procedure in known.procedures.items()
        }
        for index in known.laser_month_index
    ]
