"""What a peer is told when its message cannot be read."""

from edge.channels.mm4.codec.errors import Looping, Malformed, Mm4Error, Unsupported
from edge.channels.mm4.codec.fields import RequestStatus


def test_each_has_its_reply_and_its_status() -> None:
    assert Malformed("why").reply == "554 5.6.0 why"
    assert Malformed("why").status is RequestStatus.FORMAT_CORRUPT
    assert Unsupported("why").status is RequestStatus.UNSUPPORTED
    assert Looping("why").reply == "554 5.4.6 why"
    assert all(issubclass(one, Mm4Error) for one in (Malformed, Unsupported, Looping))
