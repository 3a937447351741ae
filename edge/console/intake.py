"""Complaints over HTTP: who may report, and what a report looks like. Knows no web server and no ledger.

`POST /complaints` with `Authorization: Bearer TOKEN` and a JSON object, or a list of them:
{"number": "+14165550101", "complainant": "+14165550311", "time": "2026-11-25T18:30:00Z", "reason": "...",
 "evidence": "..."}
"""

import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

MAX_BODY = 256 * 1024
MAX_REPORTS = 1000

Answer = dict[str, Any]


class Intake(NamedTuple):
    """`token()` is what a reporter must show now, "" while none may report. `take(reports, by)` returns once what is
    new is on disk, with `new`, `known`, `older` and `errors`; it raises where the disk fails.
    """

    token: Callable[[], str]
    take: Callable[[Sequence[Answer], str], Awaitable[Answer]]


class BadReport(Exception):
    """The body is none; the text says why."""


def may_report(token: str, header: str) -> bool:
    """Whether an Authorization header shows the token. Takes the same time for every wrong one."""
    scheme, _, shown = header.partition(" ")
    # Hashed, so that not even the length can be told by the time it takes.
    same = hmac.compare_digest(sha256(shown.strip().encode()).digest(), sha256(token.encode()).digest())
    return bool(token) and scheme.lower() == "bearer" and same


def reports_in(body: bytes) -> list[Answer]:
    """The reports of a body. Raises BadReport."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise BadReport("the body is not JSON") from None
    reports = said if isinstance(said, list) else [said]
    if not all(isinstance(report, dict) for report in reports):
        raise BadReport("expected an object, or a list of objects")
    if len(reports) > MAX_REPORTS:
        raise BadReport(f"more than {MAX_REPORTS} reports at once")
    return reports


def status_of(answer: Answer) -> int:
    """200 where anything could be taken, 400 where all of it is wrong."""
    return 400 if answer["errors"] and not answer["new"] + answer["known"] + answer["older"] else 200
