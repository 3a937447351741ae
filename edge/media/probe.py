"""What the media workers could do here, for `smsedge check`: one is started, asked, and ended."""

import asyncio

from edge.core.examination import Examination
from edge.media.process import Dead, Worker
from edge.media.wire import Capabilities


def probe(settings: Examination) -> Capabilities:
    """Blocking; takes as long as loading the models. A worker that does not start is a problem like any other."""
    try:
        return asyncio.run(_ask(settings))
    except (Dead, TimeoutError, OSError) as error:
        return Capabilities(problems=(f"a worker does not start: {type(error).__name__}",))


async def _ask(settings: Examination) -> Capabilities:
    worker = await Worker.start(settings)
    await worker.kill()
    return worker.capabilities


def sentences(capabilities: Capabilities) -> list[str]:
    """For the operator: what is there, then what is not."""
    tools = [capabilities.ocr, capabilities.codes, capabilities.video]
    have = [
        f"decodes {', '.join(type.removeprefix('image/') for type in capabilities.formats)}"
        if capabilities.formats
        else "",
        f"reads with {', '.join(filter(None, tools))}" if any(tools) else "",
        f"scores with {', '.join(capabilities.models)}" if capabilities.models else "",
    ]
    return [*filter(None, have), *capabilities.problems]
