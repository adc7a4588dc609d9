"""The clinic's logo: what is taken as one, and where the current one is read."""

from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from medspa.clinic.current import current_clinic
from medspa.refusals import Refused
from medspa.setup.models import ClinicLogo

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
IMAGE_FORMATS = ("PNG", "JPEG", "WEBP")
# Shown at most this large; a larger picture is made smaller.
WIDEST, TALLEST = 640, 240


class LogoRefused(Refused):
    """The file can't be a logo."""

    code = "no_logo"


def make_logo(content: bytes) -> ClinicLogo:
    """A logo from an uploaded file, saved. Raises LogoRefused.

    The picture is drawn anew as a PNG, so nothing else that the file holds is kept.
    """
    if len(content) > MOST_BYTES:
        raise LogoRefused("The logo is larger than 2 MB. Upload a smaller one.")
    picture = _read(content)
    drawn = BytesIO()
    picture.save(drawn, "PNG", optimize=True)
    return ClinicLogo.objects.create(
        media_type="image/png",
        width=picture.width,
        height=picture.height,
        content=drawn.getvalue(),
    )


def current_logo() -> ClinicLogo | None:
    """For what is printed or sent; pages link to the view `clinic_logo`."""
    logo_id = current_clinic().logo_id
    return ClinicLogo.objects.filter(pk=logo_id).first() if logo_id else None


def _read(content: bytes) -> Any:
    """The first picture of the file, small enough, with its transparency."""
    try:
        picture: Any = Image.open(BytesIO(content), formats=IMAGE_FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise LogoRefused("The logo has too many pixels. Upload a smaller one.")
        picture = picture.convert("RGBA")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
    ) as error:
        raise LogoRefused(
            "This is not a PNG, JPEG or WebP image. Upload one of these."
        ) from error
    picture.thumbnail((WIDEST, TALLEST))
    return picture
