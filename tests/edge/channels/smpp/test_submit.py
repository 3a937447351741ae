from ..pdus import accepted, submit


def test_a_message_there_and_back(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7, b"hello"))
    north.sees(submit(0, b"hello"))
    north.answers(message_id=b"ab12")
    esme.sees(accepted(7, b"n-ab12"))
    assert world.record.message_id == "n-ab12"
