"""Which pictures are one."""

from edge.core.media import Media, MediaItem, MediaKind
from edge.policy.pictures import NEAR, Pictures

ONE, OTHER = 0x0123456789ABCDEF, 0xFEDCBA9876543210


def item(*hashes: int, kind: MediaKind = MediaKind.IMAGE, file: bytes = b"file") -> MediaItem:
    return MediaItem("1", kind, "image/jpeg", 1, file, hashes)


def apart(bits: int) -> int:
    return ONE ^ ((1 << bits) - 1)


def test_likeness() -> None:
    pictures = Pictures()
    assert pictures.find(ONE) == ONE
    pictures.keep(ONE)
    assert pictures.find(apart(NEAR)) == ONE
    assert pictures.find(apart(NEAR + 1)) == apart(NEAR + 1)
    for seen in (ONE, apart(3)):
        pictures.keep(seen)
    assert len(pictures) == 1


def test_a_hash_of_nothing_is_a_hash() -> None:
    pictures = Pictures(4)
    pictures.keep(ONE)
    pictures.keep(0)
    assert len(pictures) == 2
    assert pictures.find(1) == 0


def test_it_never_grows() -> None:
    pictures = Pictures(2)
    for seen in (ONE, OTHER, 0xFFFFFFFF):
        pictures.keep(seen)
    assert len(pictures) == 2
    assert pictures.find(apart(1)) == apart(1)
    assert pictures.find(OTHER ^ 1) == OTHER


def test_what_a_message_is_counted_under() -> None:
    pictures = Pictures()
    pictures.keep(ONE)
    keys, hashes = pictures.groups(Media((item(apart(2)), item(kind=MediaKind.TEXT), item(kind=MediaKind.AUDIO))))
    assert hashes == (ONE,)
    assert len(keys) == 2
    again, _ = pictures.groups(Media((item(ONE, file=b"another"),)))
    assert again == keys[:1]
    assert pictures.groups(Media()) == ((), ())


def test_few_of_many() -> None:
    many = Media(tuple(item(*range(1000 * number, 1000 * number + 900, 97)) for number in range(9)))
    keys, hashes = Pictures().groups(many)
    assert len(keys) == len(hashes) <= 8
