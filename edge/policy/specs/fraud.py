"""Engaging in fraud, phishing or sending of sensitive data. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.specs.make import rule

RULES = (
    rule("part-overlap", Clause.FRAUD, Action.REJECT, "parts of one message contradict each other"),
    rule("sensitive-data", Clause.FRAUD, Action.REJECT, "financial or other sensitive personal information"),
    rule("phishing", Clause.FRAUD, Action.REJECT, "a request for confidential information, or a fraud"),
)
