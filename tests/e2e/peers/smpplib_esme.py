"""python-smpplib as an ESME. Its own splitter, its own sockets; read from the calling thread."""

import contextlib
import importlib.metadata
from typing import Any

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm

from tests.e2e.peers.esme import PATIENCE, Answer, Delivered, Message, Mode, Part
from tests.e2e.rig import wait_for

_UCS2 = smpplib.consts.SMPP_ENCODING_ISO10646
_UDHI = smpplib.consts.SMPP_GSMFEAT_UDHI


class SmpplibEsme:
    """One smpplib client for each bind."""

    name = f"smpplib {importlib.metadata.version('smpplib')}"

    def __init__(self, port: int, system_id: str, password: str) -> None:
        self._port = port
        self._system_id = system_id
        self._password = password
        self._clients: dict[Mode, Any] = {}
        self._answers: dict[int, Answer] = {}
        self._delivered: list[Delivered] = []
        self._reference = 0

    def bind(self, mode: Mode) -> int:
        """Connect and bind; the command_status of the answer."""
        client = smpplib.client.Client("127.0.0.1", self._port, timeout=PATIENCE, allow_unknown_opt_params=True)
        client.set_message_received_handler(self._received)
        client.set_message_sent_handler(self._answered)
        client.set_error_pdu_handler(self._answered)
        client.connect()
        try:
            answer = getattr(client, f"bind_{mode}")(system_id=self._system_id, password=self._password)
        except smpplib.exceptions.PDUError as error:
            client.disconnect()
            return int(error.args[1])
        self._clients[mode] = client
        return int(answer.status)

    def submit(self, message: Message) -> list[Answer]:
        """Submit on the session that may; an answer for each part."""
        sender = self._clients.get("transmitter") or self._clients["transceiver"]
        sent = [self._send(sender, message, fields).sequence for fields in self._bodies(message)]

        def all_answered() -> bool:
            sender.poll()
            return all(sequence in self._answers for sequence in sent)

        wait_for(f"{self.name}: answers", all_answered, PATIENCE)
        return [self._answers.pop(sequence) for sequence in sent]

    def _send(self, sender: Any, message: Message, fields: dict[str, Any]) -> Any:
        return sender.send_message(
            source_addr_ton=smpplib.consts.SMPP_TON_INTL,
            source_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
            source_addr=message.source,
            dest_addr_ton=smpplib.consts.SMPP_TON_UNK if len(message.destination) < 6 else smpplib.consts.SMPP_TON_INTL,
            dest_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
            destination_addr=message.destination,
            registered_delivery=message.receipt,
            **fields,
        )

    def _bodies(self, message: Message) -> list[dict[str, Any]]:
        """The fields that carry the text, for each submit_sm."""
        parts, coding, esm_class = smpplib.gsm.make_parts(message.text, use_udhi=message.form != "sar")
        common = {"data_coding": coding, "esm_class": esm_class}
        if message.form == "payload":
            whole = message.text.encode("utf-16-be") if coding == _UCS2 else smpplib.gsm.gsm_encode(message.text)
            return [{"data_coding": coding, "esm_class": 0, "message_payload": whole}]
        if message.form != "sar":
            return [{**common, "short_message": part} for part in parts]
        self._reference += 1
        return [
            {
                **common,
                "short_message": part,
                "sar_msg_ref_num": self._reference,
                "sar_total_segments": len(parts),
                "sar_segment_seqnum": number,
            }
            for number, part in enumerate(parts, 1)
        ]

    def delivered(self) -> list[Delivered]:
        """Everything received so far."""
        for client in self._clients.values():
            client.poll()
        return self._delivered

    def unbind(self) -> list[int]:
        """Unbind every session and wait until each is closed; the command_status of each unbind_resp."""
        statuses = []
        for client in self._clients.values():
            client.poll()
            answer = client.unbind()
            assert answer.command == "unbind_resp", answer.command
            statuses.append(int(answer.status))
            assert client._socket.recv(1) == b"", "the edge sent something after unbind_resp"
        self.close()
        return statuses

    def close(self) -> None:
        """End without manners, if it has not ended."""
        for client in self._clients.values():
            with contextlib.suppress(OSError):
                client.disconnect()
        self._clients.clear()

    def _answered(self, pdu: Any) -> None:
        self._answers[pdu.sequence] = Answer(int(pdu.status), _text(getattr(pdu, "message_id", None)))

    def _received(self, pdu: Any) -> int:
        body = pdu.short_message or pdu.message_payload or b""
        part, body = _without_header(body) if pdu.esm_class & _UDHI else (None, body)
        self._delivered.append(
            Delivered(
                _text(pdu.source_addr),
                _text(pdu.destination_addr),
                body.decode("utf-16-be", "surrogatepass") if pdu.data_coding == _UCS2 else _gsm_text(body),
                pdu.esm_class,
                pdu.data_coding,
                _text(pdu.receipted_message_id),
                pdu.message_state or 0,
                part,
            )
        )
        return int(smpplib.consts.SMPP_ESME_ROK)


def _text(octets: bytes | None) -> str:
    return (octets or b"").decode("latin-1")


def _without_header(body: bytes) -> tuple[Part | None, bytes]:
    """smpplib reads no headers: the one form that is expected here, a lone 8-bit concatenation."""
    assert body[:3] == b"\x05\x00\x03", body[:6].hex()
    return (body[3], body[4], body[5]), body[6:]


def _gsm_text(body: bytes) -> str:
    """smpplib only writes GSM; its own table read backwards."""
    table = smpplib.gsm.GSM_CHARACTER_TABLE
    found = []
    octets = iter(body)
    for octet in octets:
        found.append(table[0x80 + next(octets)] if octet == 0x1B else table[octet])
    return "".join(found)
