"""The tables and keys of an account's file, as `edge.config.schema` has those of all others."""

from edge.config.kinds import (
    CALLING_CODE,
    COUNTRY,
    DATE,
    DOMAIN,
    FLAG,
    NAME,
    NETWORK,
    RANGES,
    SECRET,
    SENDER_ID,
    SHORT_CODE,
    TIMEZONE,
    Kind,
    list_of,
    one_of,
    text,
    whole,
)
from edge.config.schema import ALPHABET, CLASSES, ENABLED, STATUS, SYSTEM_ID, SYSTEM_TYPE, Field, Section
from edge.core.account import Account, Bind, Endpoint
from edge.core.verdict import Reason

ACCOUNT = Section(
    "accounts.d/NAME.conf",
    "A customer: one file an account, its keys at the top.",
    (
        Field("name", NAME, "The account's name.", required=True),
        Field("kind", one_of("business", "consumer"), "What kind of customer."),
        Field("brand", text("a brand name", longest=100), "The name it goes by in its messages."),
        Field("domains", list_of(DOMAIN), "Its own domains."),
        Field("country", COUNTRY, "Its country."),
        Field("home", CALLING_CODE, "Country calling code that national numbers are read in; default: the country's."),
        Field("timezone", TIMEZONE, "Its time zone."),
        Field("opened", DATE, "When the account was opened."),
        Field("numbers", RANGES, "Numbers it owns: single ones and ranges."),
        Field("senders", list_of(SENDER_ID, frozenset), "Registered alphanumeric sender ids."),
        Field("verified_toll_free", RANGES, "Those of its toll-free numbers that are verified."),
        Field("short_codes", list_of(SHORT_CODE, frozenset), "Short codes leased to it."),
        Field(
            "shared",
            list_of(text("a number, a range, a short code or a sender id", longest=40)),
            "Those of its numbers, short codes and sender ids that another account may have too.",
        ),
        Field("mm4_peers", list_of(NAME), "Peers that may hand us its MMS."),
        Field(
            "sensitive_data", one_of("reject", "quarantine", "flag"), "What becomes of sensitive data in its messages."
        ),
        Field("hold", FLAG, "Gather concatenated messages before the first part goes out."),
        Field("record", FLAG, "Keep bodies of allowed messages (encrypted) for replay."),
        Field("drop", FLAG, "Let rules with action `drop` refuse silently."),
        Field("marketing_program", FLAG, "Marketing may go out from its short codes; from phone numbers it never may."),
        Field("classes", list_of(one_of(*CLASSES), frozenset), "Approved traffic classes."),
        Field("alphabet", ALPHABET, "What data_coding 0 means on its binds."),
        Field("receipt_queue", whole(1, 1_000_000), "Receipts and inbound messages that may wait for its binds."),
        ENABLED,
    ),
    Account,
    tables=("bind", "endpoint", "limits", "statuses"),
)

BIND = Section(
    "[[bind]]",
    "A system_id of the account.",
    (
        Field("system_id", SYSTEM_ID, "The name it binds with; unique over all accounts.", required=True),
        Field(
            "password",
            Kind('text, "argon2:$argon2id$...", "env:NAME" or "file:PATH"', SECRET.read, secret=True),
            "Its password.",
            required=True,
        ),
        Field("from", list_of(NETWORK), "Networks it may bind from.", into="networks", required=True),
        Field("max_binds", whole(1, 10_000), "Sessions at a time."),
        Field("window", whole(1, 10_000), "Unanswered requests a session may have."),
        Field(
            "tls",
            one_of("optional", "required", "certificate"),
            "Whether it must use TLS, or TLS with a client certificate.",
        ),
        Field(
            "certificates",
            list_of(text("a certificate's subject name")),
            'Subject names accepted with `tls = "certificate"`.',
        ),
        Field("system_type", SYSTEM_TYPE, "The system_type it must give; empty: any."),
        ENABLED,
    ),
    Bind,
)

ENDPOINT = Section(
    "[[endpoint]]",
    "A SIP endpoint of the account.",
    (
        Field("name", NAME, "Its name in Asterisk.", required=True),
        Field("asterisk", NAME, "Which `[[asterisk]]`.", required=True),
        Field("numbers", RANGES, "Numbers it may send from, and is sent messages for.", required=True),
        Field("phone", FLAG, "It is one telephone: messages go to its contact as registered, not to a number there."),
        ENABLED,
    ),
    Endpoint,
)

STATUSES = Section(
    "[statuses]",
    "command_status this account is answered with, by reason, where it differs from the table in the manual.",
    tuple(
        Field(reason.value, STATUS, "command_status, like 0x66.")
        for reason in Reason
        if reason not in (Reason.NONE, Reason.INTERNAL)
    ),
)
