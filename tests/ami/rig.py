"""A Manager in front of a scripted Asterisk, and a listener in place of a channel."""

from contextlib import asynccontextmanager
from dataclasses import replace

from ami.manager import Manager, State
from ami.settings import Settings, Timeouts

from .fake import Fake, until

QUICK = Timeouts(answer=0.3, login=0.5, listing=5.0, keepalive=60.0, reconnect_min=0.01, reconnect_max=0.05)
LIVELY = replace(QUICK, keepalive=0.05, silence=0.3, listing=1.0)


class Told:
    """What a channel is told, in order: "up", ("down", reason), events."""

    def __init__(self) -> None:
        self.order: list[object] = []

    def event(self, event: object) -> None:
        self.order.append(event)

    def up(self) -> None:
        self.order.append("up")

    def down(self, reason: str) -> None:
        self.order.append(("down", reason))

    @property
    def events(self) -> list[object]:
        return [each for each in self.order if not isinstance(each, str | tuple)]


def manager_of(fake: Fake, told: Told, timeouts: Timeouts = QUICK, **more: int) -> Manager:
    settings = Settings("sbc-1", "127.0.0.1", fake.port, "edge", "edge-secret", timeouts, **more)
    return Manager(settings, told.event, told.up, told.down)


@asynccontextmanager
async def logged_in(timeouts: Timeouts = QUICK, **more: int):
    told = Told()
    async with Fake() as fake:
        manager = manager_of(fake, told, timeouts, **more)
        manager.start()
        try:
            await until(lambda: manager.state is State.UP)
            yield fake, manager, told
        finally:
            await manager.stop()
