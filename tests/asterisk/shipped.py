"""The shipped configuration, conf/asterisk, laid out for one test Asterisk.

The files go in as they are shipped; only addresses and the secret are replaced, and each replacement must occur, so
that a change of the shipped files cannot leave a test looking at something else. What the shipped files do not hold
(ports, directories, modules, a bit of voice) is written here, with `#include` as an operator would.
"""

from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "conf" / "asterisk"
SECRET = "a-secret-of-the-tests"
PHONE_PASSWORD = "a-phone-of-the-tests"

# Customers and carriers are told apart by address, so each peer has one of its own on loopback.
ASTERISK_HOST = "127.0.0.1"
DESK_HOST = "127.0.0.2"
NORTH_HOST = "127.0.0.3"
SOUTH_HOST = "127.0.0.4"
PHONE_HOST = "127.0.0.5"
CLOG_HOST = "127.0.0.6"
STRANGER_HOST = "127.0.0.7"

# Not for messaging, or in want of hardware and servers: starting is quicker without them.
NOLOAD = (
    "app_queue app_voicemail app_voicemail_imap app_voicemail_odbc cdr_adaptive_odbc cdr_odbc cdr_pgsql cdr_radius "
    "cdr_tds cel_odbc cel_pgsql cel_radius cel_tds chan_alsa chan_console chan_dahdi chan_iax2 chan_mobile chan_motif "
    "chan_oss chan_sip chan_skinny chan_mgcp chan_unistim chan_websocket pbx_ael pbx_dundi pbx_lua pbx_spool "
    "res_ari res_calendar res_config_ldap res_config_odbc res_config_pgsql res_geolocation res_hep res_hep_pjsip "
    "res_hep_rtcp res_http_websocket res_odbc res_odbc_transaction res_phoneprov res_snmp res_stasis_test res_xmpp "
    "res_pjsip_transport_websocket"
)


@dataclass(frozen=True)
class Ports:
    """Where one test Asterisk and its peers are. UDP but for `ami`."""

    sip: int
    ami: int
    desk: int
    north: int
    south: int


def _replaced(name: str, replacements: dict[str, str]) -> str:
    text = (SHIPPED / name).read_text(encoding="utf-8")
    for old, new in replacements.items():
        assert old in text, f"conf/asterisk/{name} has no {old!r} any more"
        text = text.replace(old, new)
    return text


def shipped(ports: Ports, settings: dict[str, str]) -> dict[str, str]:
    """conf/asterisk by file name, for `ports`; `settings`: further replacements in extensions-sms-local.conf."""
    peers = {
        "bind = 0.0.0.0:5060": f"bind = {ASTERISK_HOST}:{ports.sip}",
        "sip:192.0.2.10:5060": f"sip:{DESK_HOST}:{ports.desk}",
        "sip:198.51.100.20:5060": f"sip:{NORTH_HOST}:{ports.north}",
        "sip:203.0.113.30:5060": f"sip:{SOUTH_HOST}:{ports.south}",
        "match = 192.0.2.10": f"match = {DESK_HOST}",
        "match = 198.51.100.20": f"match = {NORTH_HOST}",
        "match = 203.0.113.30": f"match = {SOUTH_HOST}",
        "change-this-password": PHONE_PASSWORD,
    }
    return {
        "extensions-sms.conf": _replaced("extensions-sms.conf", {}),
        "extensions-sms-local.conf": _replaced("extensions-sms-local.conf", settings),
        "pjsip-sms.conf": _replaced("pjsip-sms.conf", peers),
        "modules-sms.conf": _replaced("modules-sms.conf", {}),
        "manager-sms.conf": _replaced("manager-sms.conf", {"change-this-secret": SECRET}),
    }


def surroundings(ports: Ports, home: str, modules: str) -> dict[str, str]:
    """What an operator has already, by file name. `home` and the directory `modules` as seen inside the tree."""
    options = _replaced("asterisk-sms.conf", {})
    return {
        "asterisk.conf": f"""\
[directories]
astetcdir => {home}/etc
astmoddir => {modules}
astvarlibdir => /var/lib/asterisk
astdbdir => {home}/spool
astkeydir => /var/lib/asterisk
astdatadir => /usr/share/asterisk
astagidir => /usr/share/asterisk/agi-bin
astspooldir => {home}/spool
astrundir => {home}/run
astlogdir => {home}/log
astsbindir => /usr/sbin
{options}""",
        "modules.conf": "[modules]\nautoload = yes\n#include modules-sms.conf\n"
        + "".join(f"noload = {name}.so\n" for name in NOLOAD.split()),
        "logger.conf": "[general]\n[logfiles]\nfull => notice,warning,error,verbose\n",
        "manager.conf": f"""\
[general]
enabled = yes
port = {ports.ami}
bindaddr = 127.0.0.1
timestampevents = yes
#include manager-sms.conf
""",
        "pjsip.conf": f"""\
#include pjsip-sms.conf

; A message from here holds up Asterisk's one message thread, for tests of what then happens to the rest.
[clog]
type = endpoint
transport = transport-udp
context = from-carrier
message_context = clog
identify_by = ip
[clog]
type = identify
endpoint = clog
match = {CLOG_HOST}
""",
        "extensions.conf": """\
[general]
static = yes
writeprotect = yes
[globals]
#include extensions-sms.conf
#include extensions-sms-local.conf

; Calls: plain, and as docs/asterisk.md says.
[from-acme]
exten => _2[+0-9]!,1,Dial(PJSIP/${EXTEN:1}@carrier-north,20)
exten => _3[+0-9]!,1,Dial(Local/${EXTEN:1}@from-acme-textless/n,20,b(sms-no-text^s^1))

[from-acme-textless]
exten => _[+0-9]!,1,Gosub(sms-no-text,s,1)
 same => n,Dial(PJSIP/${EXTEN}@carrier-north,20)

[from-carrier]

[clog]
exten => _X.,1,Wait(${EXTEN:1})
""",
    }
