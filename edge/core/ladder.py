"""How far refusals must go before a number is blocked or an account suspended: the conf's table [ladder]."""

import msgspec


class Ladder(msgspec.Struct, frozen=True):
    """Thresholds of the action ladder (policy.md A.9 and decision 9). 0 takes a step out; times in seconds.

    A number is blocked at `block_severe` severe texts in 24 hours, or at `block_refusals` other refusals where they
    are more than `block_rate` percent of what it sent. An account is suspended with `suspend_numbers` numbers that
    the ladder blocked, when `suspend_users` of its numbers or end users met one severe rule in 24 hours, or for
    fraud aimed at `suspend_targets` recipients. `pair_hold` is how long a bombed recipient has peace from the sender,
    `slow` and `hold` how long a number is slowed down, or all that it sends is held. Not `on`: nothing follows from
    refusals.
    """

    on: bool = True
    block_severe: int = 2
    block_refusals: int = 20
    block_rate: int = 20
    suspend_numbers: int = 3
    suspend_users: int = 3
    suspend_targets: int = 10
    pair_hold: float = 3600.0
    slow: float = 86400.0
    hold: float = 86400.0


LADDER = Ladder()
