"""The clinic's logo: which files are taken, and how the picture is sent."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from medspa.clinic.current import clinic_scope
from medspa.models import ClinicLogo, User
from medspa.setup.logo import MOST_BYTES, LogoRefused, current_logo, make_logo
from medspa.setup.models import the_clinic

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20), **how: Any) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", size, "teal").save(drawn, kind, **how)
    return drawn.getvalue()


@pytest.fixture
def browser(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def upload(browser: Client, content: bytes, name: str = "logo.png") -> str:
    """What the page says afterwards."""
    file = SimpleUploadedFile(name, content)
    answer = browser.post("/clinic/logo/", {"logo": file}, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_drawn_anew_as_png(kind: str) -> None:
    logo = make_logo(picture(kind))
    assert (logo.media_type, logo.width, logo.height) == ("image/png", 30, 20)
    assert Image.open(BytesIO(logo.content)).format == "PNG"
    assert str(logo) == "PNG, 30 × 20"


def test_a_large_picture_is_made_smaller() -> None:
    logo = make_logo(picture(size=(2000, 1000)))
    assert (logo.width, logo.height) == (480, 240)


def test_what_else_a_file_holds_is_not_kept() -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "<script>alert(1)</script>")
    assert b"script" not in bytes(make_logo(picture(pnginfo=note)).content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not a PNG, JPEG or WebP image"),
        (SVG, "not a PNG, JPEG or WebP image"),
        (picture("GIF"), "not a PNG, JPEG or WebP image"),
        (picture()[:60], "not a PNG, JPEG or WebP image"),
        (picture(size=(5000, 4000)), "too many pixels"),
        (picture() + b"0" * MOST_BYTES, "larger than 2 MB"),
    ],
    ids=["empty", "svg", "gif", "cut", "pixels", "bytes"],
)
def test_what_is_no_logo_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(LogoRefused, match=sentence):
        make_logo(content)
    assert not ClinicLogo.objects.exists()


@pytest.mark.parametrize("size", [20 * 1024**2, 25 * 1024**2])
def test_a_file_of_twenty_megabytes_is_refused_with_a_sentence(
    browser: Client, size: int
) -> None:
    assert "2 MB" in upload(browser, picture() + b"0" * size)
    assert the_clinic().logo is None


def test_an_svg_named_png_is_refused_on_the_page(browser: Client) -> None:
    assert "This is not a PNG, JPEG or WebP image." in upload(browser, SVG)


def test_the_logo_stands_in_the_shell_and_can_be_taken_away(browser: Client) -> None:
    page = upload(browser, picture())
    logo = the_clinic().logo
    assert f'<img src="/clinic/logo/{logo.pk}/" alt="">' in page
    with clinic_scope():
        assert current_logo() == logo
    page = browser.post("/clinic/logo/", {"remove": "1"}, follow=True).content.decode()
    assert "/clinic/logo/c" not in page
    assert "administrator changed logo from PNG, 30 × 20 to empty" in page


def test_no_file_changes_nothing(browser: Client) -> None:
    answer = browser.post("/clinic/logo/", follow=True).content.decode()
    assert "Choose an image, at most 2 MB. Nothing was changed." in answer


def test_the_picture_is_sent_to_anyone_and_runs_nothing(client: Client) -> None:
    logo = make_logo(picture())
    answer = client.get(f"/clinic/logo/{logo.pk}/")
    assert answer.content == logo.content
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/clinic/logo/c0123456789abcdefghijklmn/").status_code == 404
