"""Messages examined in this process: kinds, types, texts, faults."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from edge.core.examination import Examination
from edge.core.media import Fault, Media, MediaKind

from .conftest import need
from .makers import animation, deep, jpeg, mail, picture, saved, written

Examine = Callable[..., Media]
WITH_OCR = Examination(ocr=True)


def outcome(media: Media) -> tuple[str, str, Fault | None]:
    last = media.items[-1]
    return last.kind.value, last.type, last.fault


@pytest.mark.parametrize(
    ("declared", "octets", "expected"),
    [
        ("image/jpeg", jpeg(), ("image", "image/jpeg", None)),
        ("image/jpeg", saved(picture(), "PNG"), ("image", "image/png", None)),
        ("application/octet-stream", jpeg(), ("image", "image/jpeg", None)),
        ("image/jpeg", b"MZ\x90\0" + bytes(300), ("other", "application/x-msdownload", Fault.MISMATCH)),
        ("image/png", b"%PDF-1.4\n", ("document", "application/pdf", Fault.MISMATCH)),
        ("image/jpeg", b"nothing at all", ("image", "image/jpeg", Fault.MISMATCH)),
        ("application/zip", b"PK\x03\x04" + bytes(60), ("other", "application/zip", Fault.TYPE)),
        ("image/tiff", b"II*\0" + bytes(60), ("image", "image/tiff", Fault.TYPE)),
        ("application/octet-stream", bytes(60), ("other", "application/octet-stream", Fault.TYPE)),
        ("text/html", b"<html>hi</html>", ("text", "text/html", Fault.TYPE)),
        ("audio/amr", b"#!AMR\n" + bytes(100), ("audio", "audio/amr", None)),
        ("application/pdf", b"%PDF-1.4\n/Encrypt 5 0 R\n%%EOF", ("document", "application/pdf", Fault.ENCRYPTED)),
        ("application/pdf", b"%PDF-1.4\n%%EOF", ("document", "application/pdf", None)),
        ("application/pkcs7-mime", bytes(60), ("other", "application/pkcs7-mime", Fault.TYPE)),
    ],
)
def test_kinds_and_types(examined: Examine, declared: str, octets: bytes, expected: tuple[str, str, Fault]) -> None:
    assert outcome(examined(mail((declared, octets)))) == expected


def test_carried_types_are_the_operators(examined: Examine) -> None:
    settings = Examination(ocr=False, types=("text/plain", "text/html"))
    assert outcome(examined(mail(("image/jpeg", jpeg())), settings))[2] is Fault.TYPE
    assert examined(mail(("text/html", b"<html>hi <b>you</b></html>")), settings).texts[-1] == ("text", "hi\nyou")


def test_texts_in_their_order(examined: Examine) -> None:
    media = examined(
        mail(
            ("application/smil", b'<smil><body><img alt="the caption"/></body></smil>'),
            ("text/x-vcard", b"BEGIN:VCARD\r\nURL:https://cra-refund.top\r\nEND:VCARD\r\n"),
            ("text/plain", b"more"),
            text="see this",
            subject="=?utf-8?Q?caf=C3=A9?=",
        )
    )
    assert [(where, text.strip()) for where, text in media.texts] == [
        ("subject", "café"),
        ("text", "see this"),
        ("smil", "the caption"),
        ("card", "https://cra-refund.top"),
        ("text", "more"),
    ]
    assert [item.kind for item in media.items] == [MediaKind.TEXT, MediaKind.LAYOUT, MediaKind.CARD, MediaKind.TEXT]
    assert not media.unscored


def test_charsets(examined: Examine) -> None:
    raw = b"Subject: x\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n" + "prêt".encode("utf-16-be")
    assert examined(raw).texts[-1] == ("text", "prêt")


def test_a_card_in_a_text_part_is_read_as_one(examined: Examine) -> None:
    media = examined(mail(text="BEGIN:VCARD\nURL:https://cra-re\n fund.top\nEND:VCARD"))
    assert media.texts[-1] == ("card", "https://cra-refund.top")
    assert media.items[0].fault is None


def test_pictures_have_hashes_and_are_unscored_without_a_model(examined: Examine) -> None:
    media = examined(mail(("image/jpeg", jpeg()), ("image/gif", animation("GIF", range(5)))))
    assert [len(item.hashes) for item in media.items] == [0, 1, 5]
    assert media.unscored
    assert all(item.scores == () for item in media.items)


def test_codes(examined: Examine) -> None:
    made = zxingcpp.create_barcode("https://bistronord.example/menu", zxingcpp.BarcodeFormat.QRCode)
    code = Image.fromarray(np.asarray(made.to_image(scale=5)))
    around = picture(3, (900, 700))
    around.paste(code, (200, 200))
    for octets in (saved(code, "PNG"), saved(around, "PNG")):
        assert ("code", "https://bistronord.example/menu") in examined(mail(("image/png", octets))).texts
    off = Examination(ocr=False, codes=False)
    assert not [text for where, text in examined(mail(("image/png", saved(code, "PNG"))), off).texts if where == "code"]


def test_text_in_pictures(examined: Examine) -> None:
    need("tesseract")
    octets = saved(written("no papers $900 dm me"), "PNG")
    assert ("seen", "no papers $900 dm me") in examined(mail(("image/png", octets)), WITH_OCR).texts


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    ffmpeg = need("ffmpeg")

    def make(name: str, *options: str, source: str = "testsrc=duration=7:size=160x120:rate=5") -> bytes:
        path: Path = tmp_path_factory.mktemp("film") / name
        inputs = ("-f", "lavfi", "-i", source)
        pixels = ("-pix_fmt", "yuv420p") if source.startswith("test") else ()
        subprocess.run((ffmpeg, "-v", "error", *inputs, *options, *pixels, str(path)), check=True)
        return path.read_bytes()

    return make


def test_frames_of_videos(examined: Examine, film: Callable[..., bytes]) -> None:
    for name, type in (("a.mp4", "video/mp4"), ("a.3gp", "video/3gpp")):
        octets = film(name, "-c:v", "mpeg4")
        media = examined(mail((type, octets)))
        assert outcome(media)[2] is None
        assert 2 <= len(media.items[-1].hashes) <= 4
        assert media.unscored


def test_what_is_in_the_second_half_of_a_video_is_seen(examined: Examine, film: Callable[..., bytes]) -> None:
    clip = film("a.mp4", "-vf", "drawbox=w=iw:h=ih:color=blue:t=fill:enable='gt(t,4)'", "-c:v", "mpeg4")
    plain = film("b.mp4", "-c:v", "mpeg4")
    assert examined(mail(("video/mp4", clip))).items[-1].hashes != examined(mail(("video/mp4", plain))).items[-1].hashes


def test_videos_that_are_none(examined: Examine, film: Callable[..., bytes]) -> None:
    octets = film("a.mp4", "-c:v", "mpeg4")
    assert outcome(examined(mail(("video/mp4", octets[:-100]))))[2] is Fault.CORRUPT
    inside = octets.index(b"moov")
    spoilt = octets[:inside] + b"junk" + octets[inside + 4 :]
    assert outcome(examined(mail(("video/mp4", spoilt))))[2] is Fault.CORRUPT
    protected = octets.replace(b"mp4v", b"encv")
    assert outcome(examined(mail(("video/mp4", protected))))[2] is Fault.ENCRYPTED


def test_without_ffmpeg_videos_are_unscored(examined: Examine) -> None:
    octets = (24).to_bytes(4, "big") + b"ftypmp42" + bytes(12)
    media = examined(mail(("video/mp4", octets)), Examination(ocr=False, video=False))
    assert outcome(media) == ("video", "video/mp4", None)
    assert media.unscored


def test_sound_in_a_container_for_videos(examined: Examine, film: Callable[..., bytes]) -> None:
    octets = film("a.mp4", "-c:a", "aac", source="sine=duration=1")
    for type in ("audio/mp4", "video/mp4"):
        media = examined(mail((type, octets)))
        assert outcome(media)[2] is None
        assert not media.unscored


def test_playlists_are_no_videos(examined: Examine) -> None:
    media = examined(mail(("video/mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")))
    assert outcome(media)[2] is Fault.MISMATCH


# Structure


@pytest.mark.parametrize("levels", [6, 1000])
def test_too_deep(examined: Examine, levels: int) -> None:
    assert examined(deep(levels)).fault is Fault.LIMIT


def test_too_many_parts(examined: Examine) -> None:
    assert examined(mail(*[("text/plain", b"x")] * 40)).fault is Fault.LIMIT


def test_headers_that_are_none(examined: Examine) -> None:
    assert examined(b"no header\r\n\r\nhi") == Media(
        fault=Fault.STRUCTURE, detail="line 1 of the headers is no header field"
    )


def test_broken_base64(examined: Examine) -> None:
    good = mail(("image/jpeg", jpeg()))
    at = good.rindex(b"/9j/") + 2000
    assert outcome(examined(good[:at] + b"!!!!" + good[at:]))[2] is Fault.CORRUPT
    assert outcome(examined(good[:at] + b"=\r\n" + good[at:]))[2] in (Fault.STRUCTURE, Fault.CORRUPT)


def test_larger_than_may_be_unfolded(examined: Examine) -> None:
    settings = Examination(ocr=False, unfolded=5000)
    assert outcome(examined(mail(("image/jpeg", jpeg())), settings))[2] is Fault.LIMIT


def test_an_encrypted_message(examined: Examine) -> None:
    raw = b'Subject: x\r\nContent-Type: multipart/encrypted; boundary="b"\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n'
    media = examined(raw)
    assert media.fault is Fault.ENCRYPTED


@given(octets=st.binary(max_size=400), at=st.integers(0, 60_000), type=st.sampled_from(["image/jpeg", "text/plain"]))
def test_any_octets(examined: Examine, octets: bytes, at: int, type: str) -> None:
    good = mail((type, jpeg()))
    media = examined(good[:at] + octets + good[at + len(octets) :])
    assert isinstance(media, Media)
