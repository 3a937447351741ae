"""Every table and key of the conf, its kind and what it is for: the one list that the reader and the manual go by.

Those of accounts follow in `edge.config.schema_accounts`, the rules' own keys stand in `edge.policy.registry`; defaults
are those of the structs in `edge.core`.
"""

from typing import Any

import msgspec

from edge.config.kinds import (
    COUNTRY,
    DOMAIN,
    FLAG,
    HOST,
    LISTEN,
    NAME,
    NETWORK,
    PATH,
    PORT,
    PREFIX,
    SECRET,
    Kind,
    coded,
    duration,
    list_of,
    number,
    one_of,
    size,
    text,
    whole,
)
from edge.core.carrier import Carrier, MessageIdFormat, Route
from edge.core.conf import Asterisk, Audit, Mm4, Mm4Peer, Quarantine, Smpp
from edge.core.submission import PartyKind

# Traffic classes an account can be approved for (policy.md, decision 7).
CLASSES = ("appointment", "otp", "notification", "alerting")

ALPHABET = one_of("gsm", "gsm-packed", "latin1", "ascii")
SYSTEM_ID = text("a system_id of printable ASCII", r"[\x21-\x7e]+", 64)
LOGIN = text("a user name", r"[\x21-\x7e]+", 255)
ADDRESS = text("a mail address", r"[A-Za-z0-9_.+/=-]{1,64}@[A-Za-z0-9.-]{1,190}", 255)
SYSTEM_TYPE = text("printable ASCII, at most 12 characters", r"[\x20-\x7e]*", 12)
# Never 0: a refusal or an unknown outcome must not read as an acknowledgement.
STATUS = msgspec.structs.replace(whole(1, 0xFFFFFFFF), show="0x{:02X}".format)
_SENDER_KINDS = tuple(kind.value for kind in PartyKind if kind is not PartyKind.INVALID)
ON = "enabled"


class Field(msgspec.Struct, frozen=True):
    """One key: how it is spelled, its kind, what it is for. `into` is the attribute it fills (default: the key)."""

    key: str
    kind: Kind
    says: str
    into: str = ""
    required: bool = False

    @property
    def attribute(self) -> str:
        """The attribute of the section's struct."""
        return self.into or self.key


class Node(msgspec.Struct, frozen=True):
    """The table [node]."""

    node: str = "edge"
    state: str = "var"


class Section(msgspec.Struct, frozen=True):
    """One table of the conf. `header` is how it is written; `tables` are keys that are tables of their own."""

    header: str
    says: str
    fields: tuple[Field, ...]
    struct: type[msgspec.Struct] | None = None
    tables: tuple[str, ...] = ()

    def default(self, field: Field) -> Any:
        """The struct's default for `field`; None where it has none."""
        if self.struct is None:
            return None
        for each in msgspec.structs.fields(self.struct):
            if each.name == field.attribute:
                return None if each.default is msgspec.NODEFAULT else each.default
        return None


ENABLED = Field(ON, FLAG, "`false` takes the table out, as if it were not written (for what the shipped conf has).")

NODE = Section(
    "[node]",
    "This process.",
    (
        Field("name", NAME, "How this node calls itself in logs, metrics and the audit.", into="node"),
        Field("state", PATH, "Directory of the ledger, the audit and snapshots; relative to the working directory."),
    ),
    Node,
)

SMPP = Section(
    "[smpp]",
    "Where customers bind. Without `listen` and `tls_listen` nothing listens.",
    (
        Field("listen", LISTEN, "Address and port for plain SMPP."),
        Field("tls_listen", LISTEN, "Address and port for SMPP over TLS; needs `certificate` and `key`."),
        Field("certificate", PATH, "PEM file with the certificate chain; relative to the conf directory."),
        Field("key", PATH, "PEM file with the private key; relative to the conf directory."),
        Field("client_ca", PATH, "PEM file of the authorities that client certificates are verified against."),
        Field(
            "system_id",
            text("printable ASCII, at most 15 characters", r"[\x21-\x7e]{1,15}"),
            "Our name in bind responses.",
        ),
        Field("session_init", duration(0.1, 3600), "Time a new connection has to bind."),
        Field("enquire_link", duration(1, 86400), "Silence after which we ask whether the peer is alive."),
        Field("response_timeout", duration(0.1, 3600), "Time a customer has to answer a deliver_sm or enquire_link."),
        Field("inactivity", duration(0), "Time without a message after which a session is closed; 0: never."),
        Field("deliver_window", whole(1, 10_000), "Unanswered deliver_sm on one bind."),
        Field(
            "lockout_after",
            whole(1, 1000),
            "Wrong passwords from one address for one system_id before that pair is shut out.",
        ),
        Field("lockout", duration(0), "Length of the first lock-out; doubles each time."),
        Field("lockout_max", duration(0), "The longest lock-out."),
        Field("max_connections", whole(1, 1_000_000), "Open connections in all."),
        Field("max_unbound", whole(1, 1_000_000), "Open connections that have not bound yet."),
        Field("drain", duration(0, 3600), "Time unanswered requests get at shutdown."),
    ),
    Smpp,
)

CONSOLE = Section(
    "[console]",
    "Metrics, health and the operators' page. Leave the table out: none.",
    (
        Field("listen", LISTEN, "Address and port.", required=True),
        Field(
            "complaints_token",
            SECRET,
            "What reporters of complaints show (`POST /complaints`), 16 characters or more. Left out: none are taken.",
        ),
    ),
)

AUDIT = Section(
    "[audit]",
    "The record of decisions, under `state`.",
    (
        Field("queue", whole(1000, 10_000_000), "Records that may wait for the disk."),
        Field("segment", size(1024 * 1024, 4 * 1024**3), "Size at which a new file is begun."),
        Field("keep", duration(3600, 10 * 366 * 86400.0), "Age at which a file is deleted."),
        Field("features", FLAG, "Record what the rules knew of every message, for `smsedge replay`; not its text."),
    ),
    Audit,
)

QUARANTINE = Section(
    "[quarantine]",
    "Messages held for a person to look at. One-time codes are never held longer than 60 seconds.",
    (Field("keep", duration(60, 30 * 86400.0), "Age at which a message that nobody looked at is refused."),),
    Quarantine,
)

AREAS = Section(
    "[areas]",
    'North American area codes that the software does not know yet (new ones open every year): `942 = "CA"`.',
    (Field("CODE", COUNTRY, "The country of this area code."),),
)

ASTERISK = Section(
    "[[asterisk]]",
    "An Asterisk whose SIP MESSAGEs are intercepted; one table each.",
    (
        Field("name", NAME, "What accounts' endpoints call it.", required=True),
        Field("host", HOST, "Where its manager interface listens.", required=True),
        Field("port", PORT, "Its port."),
        Field("username", text("a manager user name", r"[\x21-\x7e]+", 64), "Manager user."),
        Field("secret", SECRET, "The user's secret. An `env:` that is not set: it is not connected to, and not ready."),
        Field(
            "trunks",
            list_of(NAME, most=64),
            "PJSIP endpoints that are carriers: routes and `reroute:` may name them, for messages that came in here.",
        ),
        Field("parallel", whole(1, 100), "Messages that are released at once; two of one pair never are."),
        Field("replay", duration(1, 600), "Time between two looks at its spool, beside one after each login."),
        Field("patience", duration(0, 3600), "Time a throttled message is held and tried again; then it is refused."),
        Field("hold", duration(0, 86400), "Time a message that no carrier takes is held; then it is refused."),
        Field("old", duration(10, 86400), "Age of the oldest held message at which the edge is not ready any more."),
        Field("notice_every", duration(0, 86400), "Least time between two notices to one sender; 0: no notices."),
        ENABLED,
    ),
    Asterisk,
)

MM4 = Section(
    "[mm4]",
    "MMS over MM4 (SMTP). Leave the table out: no MMS.",
    (
        Field("listen", LISTEN, "Address and port.", required=True),
        Field("domain", DOMAIN, "Our own MMS domain.", required=True),
        Field("max_size", size(1024, 100_000_000), "The largest message taken."),
        Field("retry", duration(60, 7 * 86400), "Time that what waits for its next hop is tried again."),
        Field("spool", whole(1, 100_000), "Messages that may wait for their next hop; beyond, they are not taken."),
        Field("old", duration(10, 86400), "Age of the oldest waiting one at which the edge is not ready any more."),
        Field("certificate", PATH, "PEM file with the certificate chain, for STARTTLS and as a client."),
        Field("key", PATH, "PEM file with the private key."),
        Field("client_ca", PATH, "PEM file of the authorities that peers' certificates are verified against."),
        Field("max_connections", whole(1, 100_000), "Connections from peers in all."),
        Field("peer_connections", whole(1, 100_000), "Connections from one peer."),
        Field("memory", size(1024 * 1024, 64 * 1024**3), "Octets of messages that may be on their way in at a time."),
        Field("idle", duration(1, 3600), "Time a peer may take between two commands."),
        Field("data_timeout", duration(1, 3600), "Time a peer may take to send one message."),
        Field("deadline", duration(1, 3600), "Time from the end of a message to our reply; shorter than peers wait."),
        Field("connect_timeout", duration(0.1, 600), "Time to connect to a relay and greet it."),
        Field("response_timeout", duration(0.1, 3600), "Time a relay may take to answer a command or a message."),
        Field("send_timeout", duration(0.1, 3600), "Time to hand a message on, with waiting; shorter than `deadline`."),
        Field(
            "evidence_key",
            text('"x25519:...", "env:NAME" or "file:PATH"', r"(x25519|env|file):[^\x00-\x1f\x7f]+", 4096),
            "Public key that messages on a child-safety list are sealed to, as `smsedge evidence key` prints it. Left "
            "out: they are refused and not kept.",
        ),
        Field("evidence_files", whole(1, 10_000), "Sealed messages that are kept; beyond, no more are."),
        Field("evidence_size", size(1_000_000, 2**40), "Octets of all of them; beyond, no more are kept."),
    ),
    Mm4,
    tables=("peer",),
)

MM4_PEER = Section(
    "[[mm4.peer]]",
    "Who may hand us MMS, and whom we hand it to.",
    (
        Field("name", NAME, "What accounts' `mm4_peers` call it.", required=True),
        Field("from", list_of(NETWORK), "Networks it connects from.", into="networks", required=True),
        Field("relay", LISTEN, "Where we hand it MMS.", required=True),
        Field("domains", list_of(DOMAIN), "Domains it serves."),
        Field(
            "default",
            FLAG,
            "It takes what no domain leads to, and brings what subscribers send. Without one: the peers that no "
            "account names, else the only peer there is.",
        ),
        Field("system_address", ADDRESS, "Where it wants answers whose request names no system."),
        Field(
            "tls",
            one_of("optional", "required", "certificate"),
            "Whether it must use STARTTLS, or STARTTLS with a client certificate.",
        ),
        Field(
            "certificates",
            list_of(text("a certificate's subject name"), most=64),
            'Subject names accepted with `tls = "certificate"`.',
        ),
        Field(
            "username", LOGIN, "It must log in with this name (AUTH, over TLS). Left out: its network says who it is."
        ),
        Field(
            "password",
            Kind('text, "argon2:$argon2id$...", "env:NAME" or "file:PATH"', SECRET.read, secret=True),
            "Its password.",
        ),
        Field("backup", list_of(LISTEN, most=8), "Relays to use, in order, while `relay` is down."),
        Field(
            "relay_tls",
            one_of("off", "optional", "unverified", "on"),
            "STARTTLS to its relays: never, where offered, always, or always with the certificate verified.",
        ),
        Field("relay_ca", PATH, "PEM file to verify the relays against, instead of the system's."),
        Field("relay_username", LOGIN, "Name that we log in with at its relays; needs TLS there."),
        Field("relay_password", SECRET, "Password for that; never argon2, it is sent."),
        Field("connections", whole(1, 1000), "Connections to its relays."),
        Field("queue", whole(0, 100_000), "Messages that may wait for one of them; beyond, they are tried later."),
        ENABLED,
    ),
    Mm4Peer,
)

CARRIER = Section(
    "[[carrier]]",
    "A carrier we bind to; one table each.",
    (
        Field("name", NAME, "What routes, `reroute:` and metrics call it.", required=True),
        Field(
            "tag",
            text("letters and digits, a letter first, at most 8", r"[A-Za-z][A-Za-z0-9]{0,7}"),
            "Begins every message id handed out for it. Fixed for ever; no tag may begin another.",
            required=True,
        ),
        Field("host", HOST, "Where it listens.", required=True),
        Field("port", PORT, "Its port.", required=True),
        Field("system_id", SYSTEM_ID, "Our name there.", required=True),
        Field("password", SECRET, "Our password there; never argon2, it is sent.", required=True),
        Field("system_type", SYSTEM_TYPE, "Our system_type there."),
        Field("mode", one_of("trx", "tx+rx"), "One transceiver bind a link, or a pair of binds."),
        Field("links", whole(1, 64), "Links kept up."),
        Field("window", whole(1, 10_000), "Unanswered requests on one link."),
        Field("rate", number(0, 100_000), "Messages (parts) a second over all links; 0: no limit."),
        Field("share", number(0.01, 1), "Largest part of the window one account may use while others send."),
        Field("version", coded({"3.3": 0x33, "3.4": 0x34, "5.0": 0x50}), "SMPP version we bind with."),
        Field("alphabet", ALPHABET, "What data_coding 0 means there."),
        Field(
            "address_range",
            text("printable ASCII, at most 40 characters", r"[\x20-\x7e]*", 40),
            "address_range of our binds.",
        ),
        Field(
            "text_receipts",
            FLAG,
            "Take a deliver_sm for a receipt by its text alone (`id:... stat:...` with esm_class 0): some carriers "
            "send them so. `false` where subscribers might write such a text to slip past the rules.",
        ),
        Field("tls", one_of("off", "on", "unverified"), "TLS to the carrier; `on` verifies its certificate."),
        Field("ca", PATH, "PEM file to verify it against, instead of the system's; relative to the conf directory."),
        Field("certificate", PATH, "PEM file with our client certificate."),
        Field("key", PATH, "PEM file with its private key."),
        Field("connect_timeout", duration(0.1, 600), "Time to connect and bind."),
        Field("response_timeout", duration(0.1, 3600), "Silence after which a message's outcome is unknown."),
        Field("enquire_link", duration(1, 86400), "Silence after which we ask whether it is alive."),
        Field("reconnect_min", duration(0.05, 3600), "First wait before a new attempt; doubles, with jitter."),
        Field("reconnect_max", duration(0.05, 86400), "The longest wait."),
        Field("throttle_pause", duration(0, 600), "Pause of a link after a throttle answer (0x58, 0x14)."),
        Field("unknown_outcome_status", STATUS, "command_status for a message whose outcome is unknown."),
        ENABLED,
    ),
    Carrier,
    tables=("message_id",),
)

MESSAGE_ID = Section(
    "[carrier.message_id]",
    "How the carrier writes message ids; usually an inline table. Default: text on both sides, compared as it is.",
    (
        Field("response", one_of("text", "hex", "decimal"), "In its submit_sm_resp."),
        Field("receipt", one_of("text", "hex", "decimal"), "In its delivery receipts."),
        Field("width", whole(0, 32), "Digits its hex ids are padded to in submit_sm_resp; 0: none."),
        Field("case", one_of("", "upper", "lower"), "Of its hex ids in submit_sm_resp; empty: as it comes."),
    ),
    MessageIdFormat,
)

ROUTE = Section(
    "[[route]]",
    "Which carrier takes a message: the first table whose keys all match.",
    (
        Field("account", NAME, "Only this account's messages."),
        Field("country", COUNTRY, "Only to this country."),
        Field("prefix", PREFIX, "Only to numbers that begin so."),
        Field("sender", one_of(*_SENDER_KINDS), "Only from this kind of sender."),
        Field("class", one_of(*CLASSES), "Only messages of this class.", into="traffic_class"),
        Field("channel", one_of("smpp", "sip"), "Only what came in by this door."),
        Field("carriers", list_of(NAME, most=64), "The carriers, in order; for SIP also trunks.", required=True),
        Field("strategy", one_of("priority", "round-robin"), "First bound one, or bound ones in turn."),
    ),
    Route,
)

EXPECT = Section(
    "[[expect]]",
    "A message and the verdict it must get when nothing was sent before; tried by `check` and before every reload.",
    (
        Field("account", NAME, "Who sends (mt) or owns the destination (mo; may be left out)."),
        Field("from", text("an address", longest=20), "Source address.", into="source", required=True),
        Field("to", text("an address", longest=20), "Destination address.", into="destination", required=True),
        Field("text", text("text", r"(?s:.*)", 10_000), "What it says."),
        Field(
            "verdict",
            one_of("allow", "flag", "throttle", "quarantine", "reject", "drop", "bounce", "reroute"),
            "What must come out.",
            required=True,
        ),
        Field("rule", text("a rule id", r"[a-z0-9-]+(/[a-z0-9-]+)?", 64), "The rule that must have decided."),
        Field("direction", one_of("mt", "mo"), "From a customer (mt, the default) or to one (mo)."),
        Field("from_ton", whole(0, 255), "TON of the source; default: 1 with a +, 5 with letters, else 0."),
        Field("from_npi", whole(0, 255), "NPI of the source; default: 1 with a +, else 0."),
        Field("to_ton", whole(0, 255), "TON of the destination."),
        Field("to_npi", whole(0, 255), "NPI of the destination."),
    ),
)

# Tables of edge.conf, policy.conf and local.d files, by their top-level key.
SINGLE = {"node": NODE, "smpp": SMPP, "console": CONSOLE, "audit": AUDIT, "quarantine": QUARANTINE, "mm4": MM4}
LISTED = {"asterisk": ASTERISK, "carrier": CARRIER, "route": ROUTE, "expect": EXPECT}
