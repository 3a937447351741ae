"""smpplib, an implementation that shares nothing with ours, as the ESME of the simulated SMSC."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm
import smpplib.smpp

from edge.simulate.smsc import Options, Smsc, Style
from smpp.receipt import UNDELIVERABLE

PATIENCE = 10


class Session:
    """One smpplib client in a thread of its own; `work` runs there, then it unbinds."""

    def __init__(self, port: int, password: str = "secret") -> None:
        self.answers: list[Any] = []
        self.deliveries: list[Any] = []
        self.error: BaseException | None = None
        self._client = smpplib.client.Client("127.0.0.1", port, timeout=PATIENCE, allow_unknown_opt_params=True)
        self._client.logger.setLevel(logging.ERROR)
        self._client.set_message_sent_handler(self._answered)
        self._client.set_message_received_handler(self._delivered)
        self._client.set_error_pdu_handler(lambda pdu: None)  # the other handler gets it too
        self._password = password

    def _answered(self, pdu: Any) -> None:
        self.answers.append(pdu)

    def _delivered(self, pdu: Any) -> int:
        self.deliveries.append(pdu)
        return int(smpplib.consts.SMPP_ESME_ROK)

    def send(self, text: str, **fields: Any) -> None:
        parts, coding, esm_class = smpplib.gsm.make_parts(text)
        for part in parts:
            self._client.send_message(
                source_addr_ton=1,
                source_addr_npi=1,
                source_addr="14165550100",
                dest_addr_ton=1,
                dest_addr_npi=1,
                destination_addr="12125550111",
                short_message=part,
                data_coding=coding,
                esm_class=esm_class,
                **fields,
            )

    def read_until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._client.read_once()

    def query(self, message_id: str) -> None:
        self._client.query_message(
            message_id=message_id, source_addr_ton=1, source_addr_npi=1, source_addr="14165550100"
        )

    async def run(self, work: Callable[["Session"], None]) -> None:
        """Bind, do `work`, unbind, in a thread; what it raised is raised here."""

        def thread() -> None:
            try:
                self._client.connect()
                self._client.bind_transceiver(system_id="acme", password=self._password)
                work(self)
                self._client.unbind()
            except BaseException as error:
                self.error = error
            finally:
                self._client.disconnect()

        running = threading.Thread(target=thread, daemon=True)
        running.start()
        while running.is_alive():
            await asyncio.sleep(0.005)
        if self.error is not None:
            raise self.error


async def test_short_long_and_foreign_messages_arrive_as_they_were_written() -> None:
    texts = ["Hello", "x" * 200, "Привет, мир", "日本語 " * 40, "@£$ {[€]}"]

    def work(session: Session) -> None:
        for text in texts:
            session.send(text)
        session.read_until(lambda: len(session.answers) == 8)

    async with Smsc(Options(ids=Style("hex", 8), first_id=16)) as smsc:
        session = Session(smsc.port)
        await session.run(work)
        seen = [message.text for message in smsc.messages]
    assert [seen[0], seen[1] + seen[2], seen[3], seen[4] + seen[5] + seen[6], seen[7]] == texts
    assert [answer.status for answer in session.answers] == [0] * 8
    assert [answer.message_id.decode() for answer in session.answers] == [f"000000{n:x}" for n in range(16, 24)]


async def test_receipts_in_text_and_tlvs() -> None:
    def work(session: Session) -> None:
        session.send("Hello", registered_delivery=1)
        session.read_until(lambda: bool(session.answers and session.deliveries))

    options = Options(
        ids=Style("hex"),
        receipt_ids=Style("decimal"),
        first_id=255,
        receipt_states={UNDELIVERABLE: 1.0},
        receipt_delay=(0.01, 0.01),
    )
    async with Smsc(options) as smsc:
        session = Session(smsc.port)
        await session.run(work)
        await smsc.wait_for(lambda it: it.counts.delivered == 1)
    assert session.answers[0].message_id == b"ff"
    (receipt,) = session.deliveries
    assert receipt.esm_class == 0x04
    assert receipt.receipted_message_id == b"255"
    assert receipt.message_state == UNDELIVERABLE
    assert receipt.short_message.startswith(b"id:255 sub:001 dlvrd:000 submit date:")
    assert b" stat:UNDELIV err:011 text:Hello" in receipt.short_message


async def test_a_subscribers_message_and_a_query() -> None:
    def work(session: Session) -> None:
        session.send("Hello")
        session.read_until(lambda: bool(session.answers and session.deliveries))

    async with Smsc(Options(first_id=5)) as smsc:
        session = Session(smsc.port)
        running = asyncio.ensure_future(session.run(work))
        await smsc.wait_for(lambda it: bool(it.bound))
        assert await smsc.inject_mo("+12125550111", "+14165550100", "Grüße") == [0]
        await running
    (delivery,) = session.deliveries
    assert (delivery.source_addr, delivery.destination_addr) == (b"12125550111", b"14165550100")
    assert delivery.short_message == b"Gr\x7e\x1ee"


async def test_errors_reach_it() -> None:
    def work(session: Session) -> None:
        session.send("Hello")
        session.read_until(lambda: bool(session.answers))

    async with Smsc(Options(error_rate=1.0, error_status=(0x58,))) as smsc:
        session = Session(smsc.port)
        await session.run(work)
    assert [answer.status for answer in session.answers] == [0x58]


async def test_a_wrong_password_is_refused() -> None:
    async with Smsc(Options(accounts={"acme": "secret"})) as smsc:
        session = Session(smsc.port, "wrong")
        with pytest.raises(smpplib.exceptions.PDUError) as refused:
            await session.run(lambda session: None)
        assert refused.value.args[1] == 0x0E


@pytest.fixture(autouse=True)
def sockets_time_out() -> Any:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    yield
    socket.setdefaulttimeout(before)
