"""The HTTP side for machines: /metrics, /healthz, /readyz and, where it is on, POST /complaints. aiohttp stays here.

Runs in the edge's own loop, so every answer is small or rendered in pieces.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from edge.console.exposition import CONTENT_TYPE, pieces
from edge.console.intake import MAX_BODY as MAX_REPORT
from edge.console.intake import BadReport, Intake, may_report, reports_in, status_of
from edge.console.process import process_text
from edge.core.conf import Listen
from edge.core.metrics import Metrics

LOOPBACK = Listen("127.0.0.1", 9190)
MAX_CONNECTIONS = 64
MAX_BODY = 1024  # nobody but a reporter has a reason to send any
MAX_LINE = 2048
MAX_HEADERS = 64
REQUEST_SECONDS = 10.0  # to answer; and to send a request, on a new or a kept connection
DRAIN_SECONDS = 2.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger("smsedge.console")


class Console:
    """The server. `readiness()` returns what stands against taking traffic, empty when ready.

    `about()` returns labels of `smsedge_build_info` (version, conf: the conf's version, node); read at each
    scrape, so that a reload shows.
    """

    def __init__(
        self,
        metrics: Metrics,
        readiness: Callable[[], list[str]],
        about: Callable[[], Mapping[str, str]],
        intake: Intake | None = None,
    ) -> None:
        self._metrics = metrics
        self._intake = intake
        self._posts = metrics.counter(
            "smsedge_intake_total", "Posts of complaints, by what became of them", ("outcome",)
        )
        self._readiness = readiness
        self._about = about
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._metrics.caps.add(("console-connections",), 0)

    async def start(self, listen: Listen = LOOPBACK) -> int:
        """Listen and serve; returns the port (for `listen.port` 0 the one the system chose). Raises OSError."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[_in_time])
        app.router.add_get("/metrics", self._serve_metrics)
        app.router.add_get("/healthz", self._serve_health)
        app.router.add_get("/readyz", self._serve_readiness)
        app.router.add_post("/complaints", self._take_complaints)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            keepalive_timeout=REQUEST_SECONDS,
            lingering_time=1.0,
            max_line_size=MAX_LINE,
            max_field_size=MAX_LINE,
            max_headers=MAX_HEADERS,
            shutdown_timeout=DRAIN_SECONDS,
        )
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._accept, listen.host, listen.port)
        except OSError:
            await self.close()
            raise
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening, let answers under way end, close."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _accept(self) -> asyncio.BaseProtocol:
        server = self._runner.server if self._runner is not None else None
        if server is None or len(server.connections) >= MAX_CONNECTIONS:
            self._metrics.caps.add(("console-connections",))
            return _Refused()
        return server()

    async def _serve_metrics(self, request: web.Request) -> web.StreamResponse:
        parts = []
        for piece in pieces(self._metrics):
            parts.append(piece)
            await asyncio.sleep(0)
        parts.append(await asyncio.to_thread(process_text, dict(self._about())))
        return web.Response(body="".join(parts).encode("utf-8", "replace"), headers={"Content-Type": CONTENT_TYPE})

    async def _serve_health(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="ok\n")  # that the loop came round to say so is the test

    async def _serve_readiness(self, request: web.Request) -> web.StreamResponse:
        reasons = self._readiness()
        lines = [{"ready": False, "reason": reason} for reason in reasons] or [{"ready": True}]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        return web.Response(text=text, status=503 if reasons else 200, content_type="application/jsonlines")

    async def _take_complaints(self, request: web.Request) -> web.StreamResponse:
        intake = self._intake
        token = intake.token() if intake is not None else ""
        if intake is None or not token:
            raise web.HTTPNotFound
        if not may_report(token, request.headers.get("Authorization", "")):
            # Before the body is read: nobody else has a reason to send one.
            return self._posted("unauthorized", 401, {"error": "no valid token"}, {"WWW-Authenticate": "Bearer"})
        try:
            reports = reports_in(await _body(request))
        except BadReport as error:
            return self._posted("bad", 400, {"error": str(error)})
        try:
            answer = await intake.take(reports, f"http:{request.remote}")
        except Exception:  # the disk, most likely: the reporter comes again
            _log.exception("complaints: a post could not be taken")
            return self._posted("failed", 503, {"error": "not on disk; try again"})
        status = status_of(answer)
        return self._posted("ok" if status == 200 else "bad", status, answer)

    def _posted(
        self, outcome: str, status: int, answer: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> web.Response:
        self._posts.add((outcome,))
        return web.json_response(answer, status=status, headers=headers)


async def _body(request: web.Request) -> bytes:
    """The body, as far as it may be long. Raises BadReport."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_REPORT:
            raise BadReport(f"the body is longer than {MAX_REPORT} octets")
    return bytes(body)


class _Refused(asyncio.Protocol):
    """One connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


@web.middleware
async def _in_time(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            return await handler(request)
    except TimeoutError:
        return web.Response(text="took too long\n", status=503)
