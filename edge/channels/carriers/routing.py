"""Which carrier a message goes to: the first route that matches, its first carrier that is up.

All parts of one concatenated message go the same way, and on the same link, whatever happens to the
routes in between.
"""

from collections.abc import Callable, Mapping

import msgspec

from edge.channels.carriers.pool import Offer, Pool
from edge.channels.transit import Transit
from edge.core.carrier import Route
from edge.core.submission import Submission

PARTS_CAP = 100_000  # messages in parts whose way is remembered; beyond, the oldest is forgotten
PARTS_TTL = 60.0  # seconds, as for reassembly (policy.md B.2: 30 s live, doubled for slow senders)


class Way(msgspec.Struct, gc=False):
    """Where the parts of one message go: a carrier, the slot of its link, until when it is remembered."""

    carrier: str
    slot: int
    until: float


class Router:
    """The route list over the carriers' pools. `pools` is shared with, and changed by, its owner."""

    def __init__(
        self,
        routes: tuple[Route, ...],
        pools: Mapping[str, Pool],
        classify: Callable[[Submission], str] = lambda submission: "",
    ) -> None:
        """`classify` tells the traffic class of a message; asked only by routes that have one."""
        self.pools = pools
        self._classify = classify
        self._ways: dict[tuple[object, ...], Way] = {}
        self.adopt(routes)

    def adopt(self, routes: tuple[Route, ...]) -> None:
        """This route list, and the pools there are now, hold from now on; messages in parts keep their way."""
        pools = self.pools
        self._list = routes
        self._turns = [0] * len(routes)
        self._named_turns = [0] * len(routes)
        self._routes = [
            (
                None if route.catches_all else route,
                route.strategy == "round-robin",
                index,
                [pools[name] for name in route.carriers if name in pools],
            )
            for index, route in enumerate(routes)
        ]

    def offer(self, submission: Submission, transit: Transit, now: float) -> Offer:
        """Offer a message to its route's carriers until one takes it; a pinned one only to its carrier.

        FULL stops the search: a carrier that is up and busy is not a carrier that is down.
        """
        if submission.body.parts > 1:
            return self._offer_part(submission, transit, now)
        for pool in self.candidates(submission, transit.pinned):
            offer = pool.offer(transit, now)
            if offer is not Offer.DOWN:
                return offer
        return Offer.DOWN

    def candidates(self, submission: Submission, carrier: str = "") -> list[Pool]:
        """The pools to try, in order."""
        if carrier:
            pool = self.pools.get(carrier)
            return [pool] if pool is not None else []
        for route, turns, index, pools in self._routes:
            if route is None or self._matches(route, submission):
                return self._rotated(index, pools) if turns else pools
        return []

    def names(self, submission: Submission) -> tuple[str, ...]:
        """The carriers and trunks of a message's route by name, in order: for a channel with trunks of its own."""
        for index, route in enumerate(self._list):
            if route.catches_all or self._matches(route, submission):
                names = route.carriers
                if route.strategy != "round-robin":
                    return names
                self._named_turns[index] = turn = (self._named_turns[index] + 1) % max(1, len(names))
                return names[turn:] + names[:turn]
        return ()

    def _matches(self, route: Route, submission: Submission) -> bool:
        destination = submission.destination
        return (
            (not route.channel or submission.channel.value == route.channel)
            and (not route.account or (submission.account is not None and submission.account.name == route.account))
            and (not route.country or destination.country == route.country)
            and (not route.prefix or str(destination.number).startswith(route.prefix))
            and (not route.sender or submission.source.kind.value == route.sender)
            and (not route.traffic_class or route.traffic_class == self._granted(submission))
        )

    def _granted(self, submission: Submission) -> str:
        """The class of a message, where its account is granted it (policy.md, decision 7)."""
        traffic = self._classify(submission)
        return traffic if submission.account is not None and traffic in submission.account.classes else ""

    def _rotated(self, index: int, pools: list[Pool]) -> list[Pool]:
        """Round robin over the carriers that are up now."""
        up = [pool for pool in pools if pool.bound]
        if not up:
            return pools
        self._turns[index] = turn = (self._turns[index] + 1) % len(up)
        return up[turn:] + up[:turn]

    def _offer_part(self, submission: Submission, transit: Transit, now: float) -> Offer:
        body = submission.body
        account = submission.account.name if submission.account else ""
        key = (account, submission.source.key, submission.destination.key, body.reference, body.parts)
        way = self._ways.get(key)
        if way is not None and way.until > now and not transit.pinned:
            pool = self.pools.get(way.carrier)
            if pool is None:
                return Offer.DOWN
            transit.stuck_to = way.slot
            way.until = now + PARTS_TTL
            return pool.offer(transit, now)
        for pool in self.candidates(submission, transit.pinned):
            offer = pool.offer(transit, now)
            if offer is not Offer.DOWN:
                self._remember(key, Way(pool.carrier.name, pool.stick(transit), now + PARTS_TTL))
                return offer
        return Offer.DOWN

    def _remember(self, key: tuple[object, ...], way: Way) -> None:
        if len(self._ways) >= PARTS_CAP:
            del self._ways[next(iter(self._ways))]
        self._ways[key] = way

    def tick(self, now: float) -> None:
        """Forget the ways of old messages, oldest first, a bounded number a tick."""
        for key in list(_take(self._ways, 5000)):
            if self._ways[key].until > now:
                break
            del self._ways[key]

    def sizes(self) -> dict[str, int]:
        """Entries per table."""
        return {"ways": len(self._ways)}


def _take(table: dict[tuple[object, ...], Way], count: int) -> list[tuple[object, ...]]:
    keys = []
    for key in table:
        keys.append(key)
        if len(keys) >= count:
            break
    return keys
