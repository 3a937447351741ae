"""The conf's table [ladder]: what refusals add up to."""

from edge.config.kinds import FLAG, duration, whole
from edge.config.schema import ON, Field, Section
from edge.core.ladder import Ladder

LADDER = Section(
    "[ladder]",
    "What follows from refusals: when a number is blocked or slowed down, when an account is suspended. A message that"
    " is tried again counts once, a throttle never. 0 takes a step out. An operator's `unblock` or `restore` begins"
    " anew.",
    (
        Field(ON, FLAG, "`false`: nothing follows from refusals.", into="on"),
        Field(
            "block_severe",
            whole(0, 32),
            "Different texts of a number refused in 24 hours as severe (threats, phishing, impersonation, images, from"
            " the fifth message on sensitive data) at which it is blocked.",
        ),
        Field(
            "block_refusals",
            whole(0, 128),
            "Other messages of a number refused in 24 hours at which it is blocked, where they are more than"
            " `block_rate`.",
        ),
        Field("block_rate", whole(0, 100), "Percent of what the number sent that must have been refused."),
        Field("suspend_numbers", whole(0, 10_000), "Numbers of an account blocked so at which it is suspended."),
        Field(
            "suspend_users",
            whole(0, 128),
            "Numbers, or end users, of an account refused under one severe rule in 24 hours at which it is suspended.",
        ),
        Field(
            "suspend_targets",
            whole(0, 128),
            "Recipients of an account's phishing and extortion, refused in 24 hours, at which it is suspended.",
        ),
        Field("pair_hold", duration(0, 86400), "Peace from a sender that bombs a recipient, unless that one replies."),
        Field("slow", duration(0), "How long a number is slowed down that sends too much or to too many."),
        Field("hold", duration(0), "How long all of a number is quarantined that sends far too much or to a bad list."),
    ),
    Ladder,
)
