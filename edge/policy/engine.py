"""The decision: `decide` is one synchronous call that never raises, reads no clock and does no I/O.

The same submissions in the same order with the same times give the same verdicts.
"""

from edge.core.submission import Submission
from edge.core.verdict import ALLOWED, Action, Explanation, Finding, Hit, Reason, Verdict
from edge.policy.kinds import REPLACE
from edge.policy.registry import RULES
from edge.policy.rule import Checker, Mode, OnError
from edge.policy.ruleset import Entries, Plan, Rule, Ruleset, compile_ruleset, plan_for
from edge.policy.state import PART_SPAN, REFUSAL_SPAN, Part, PolicyState, Refusal

__all__ = ["Ruleset", "compile_ruleset", "decide", "explain"]

# Refusals that are cheap to find again, or that must be found afresh each time, are not remembered.
_AFRESH = (Reason.BLOCKED, Reason.SUSPENDED, Reason.EMERGENCY, Reason.INTERNAL, Reason.PACING)


def decide(ruleset: Ruleset, state: PolicyState, submission: Submission, now: float) -> Verdict:
    """The verdict on `submission` at `now` (monotonic seconds). Never raises."""
    if state.ruleset is not ruleset:
        state.adopt(ruleset, ruleset.spans)
    if now >= state.due:
        state.turn(now)
    refusals = state.refusals
    remembered = None
    if refusals.young or refusals.old:
        refusal = refusals.get(message_key(submission))
        if refusal is not None and now < refusal.expires:
            remembered = refusal.verdict
    if submission.body.parts > 1:
        verdict = _decide_part(ruleset, state, submission, now, remembered)
    else:
        verdict = remembered or _judge(ruleset, state, submission, now, False)
    hit = verdict.hit
    if hit is None or verdict.action is not Action.REJECT or remembered is not None or hit.reason in _AFRESH:
        return verdict
    refusals.put(message_key(submission), Refusal(verdict, now + REFUSAL_SPAN))
    return verdict


def message_key(submission: Submission) -> int:
    """What makes two submissions the same attempt: who, from, to, what, and how."""
    source, destination = submission.source, submission.destination
    return hash(
        (
            submission.origin,
            source.text,
            source.ton,
            source.npi,
            destination.text,
            destination.ton,
            destination.npi,
            submission.body.text,
            submission.protocol_id,
            submission.destinations,
            submission.operation is REPLACE,
        )
    )


def reference_key(submission: Submission) -> int:
    """What the parts of one message share."""
    body = submission.body
    return hash((submission.origin, submission.source.key, submission.destination.key, body.reference, body.parts))


def known_part(state: PolicyState, submission: Submission, now: float) -> Part | None:
    """What is known of the message that this part belongs to, None if it is the first of it to be seen.

    A part number that was there before belongs to a new message with a reused reference, or is a retry:
    either is judged afresh.
    """
    part = state.parts.get(reference_key(submission))
    if part is None or now - part.at >= PART_SPAN or part.seen >> submission.body.part & 1:
        return None
    return part


def refused_before(state: PolicyState, part: Part | None) -> Verdict | None:
    """The verdict that an earlier part of the message met, if it was not let through and still holds."""
    return part.refused if part is not None and part.epoch == state.epoch else None


def _decide_part(
    ruleset: Ruleset, state: PolicyState, submission: Submission, now: float, remembered: Verdict | None
) -> Verdict:
    """One part of several: pays only if it is the first seen, shares the fate of a part refused before."""
    part = known_part(state, submission, now)
    paid = part is not None and part.refused is None
    verdict = remembered or refused_before(state, part) or _judge(ruleset, state, submission, now, paid)
    if verdict.action is Action.THROTTLE:
        # Not a refusal: the part comes again, and the message has not been paid for yet.
        return verdict
    seen, at = (part.seen, part.at) if part is not None else (0, now)
    refused = None if verdict.action.passes else verdict
    seen |= 1 << submission.body.part
    state.parts.put(reference_key(submission), Part(seen, at, refused, state.epoch))
    return verdict


def _judge(ruleset: Ruleset, state: PolicyState, submission: Submission, now: float, unpaid: bool) -> Verdict:
    plan = plan_for(ruleset, submission, unpaid)
    entries = plan.entries
    if state.parked:
        parked = state.parked_rules(now)
        entries = tuple(entry for entry in entries if entry[1].settings.spec.id not in parked)
    elif _nothing_stands(plan, state, submission, now):
        state.spend()
        return ALLOWED
    state.pending.clear()
    verdict = evaluate(entries, state, submission, now, True)
    if verdict.action.passes or verdict.action in (Action.QUARANTINE, Action.DROP):
        # Held and dropped messages were answered as accepted, so they count as sent.
        state.spend()
    return verdict


def _nothing_stands(plan: Plan, state: PolicyState, submission: Submission, now: float) -> bool:
    """The fast pass: whether no rule has anything to say, as for most messages. Then all costs are pending.

    At the first hit or error it gives up, and `evaluate` asks everything again, in order: a check changes
    nothing but `state.pending`. The limits' question is `Paced.check` written out, which saves a third.
    """
    pending = state.pending
    pending.clear()
    try:
        for check in plan.checks:
            if check(submission, state, now) is not None:
                return False
        for terms in plan.limits:
            table, key, limit = terms(submission, state, now)
            tat = table.young.get(key)
            if tat is None:
                tat = table.old.get(key, now)
            if tat - now > limit.tolerance:
                return False
            pending.append((table, key, (tat if tat > now else now) + limit.interval))
    except Exception:
        return False  # which rule, and what that means, is found and counted by `evaluate`
    return True


def evaluate(entries: Entries, state: PolicyState, submission: Submission, now: float, count_errors: bool) -> Verdict:
    """Ask the rules of `entries` in order; the first terminal verdict wins.

    A reroute is no free pass: the rules after it are asked too, and a refusal of theirs wins. (Only a text
    that an operator routes to emergency services meets nothing more.)
    """
    would_have: list[Hit] = []
    route: Hit | None = None
    flag: Hit | None = None
    for check, checker in entries:
        try:
            hit = check(submission, state, now)
        except Exception as error:
            hit = _failed(checker, state, now, error if count_errors else None)
        if hit is None:
            continue
        if checker.settings.mode is Mode.MONITOR:
            would_have.append(hit)
        elif hit.action is Action.FLAG:
            would_have.append(hit)
            flag = flag or hit
        elif hit.action is Action.REROUTE and hit.reason is not Reason.EMERGENCY:
            route = route or hit
        elif hit.action is not Action.ALLOW:
            return Verdict(hit.action, hit, tuple(would_have))
    if route is not None:
        return Verdict(Action.REROUTE, route, tuple(would_have))
    if flag is not None:
        return Verdict(Action.FLAG, flag, tuple(would_have))
    return Verdict(Action.ALLOW, None, tuple(would_have)) if would_have else ALLOWED


def _failed(checker: Checker, state: PolicyState, now: float, error: Exception | None) -> Hit | None:
    """A rule raised: its `on_error` answers for it. A rule that fails closed is never parked."""
    settings = checker.settings
    if error is not None:
        state.note_error(settings.spec.id, error, now, settings.on_error is OnError.ALLOW)
    if settings.on_error is OnError.ALLOW or settings.mode is Mode.MONITOR:
        return None
    return Hit(settings.spec.id, settings.spec.clause, Action.REJECT, checker.failure, "the rule failed")


def explain(ruleset: Ruleset, state: PolicyState, submission: Submission, now: float) -> Explanation:
    """Every rule's word on `submission` as things stand at `now`, and the verdict that follows.

    Counts nothing and answers nothing from memory of identical refusals, so a second look is a fresh one.
    """
    part = known_part(state, submission, now) if submission.body.parts > 1 else None
    plan = plan_for(ruleset, submission, part is not None and part.refused is None)
    parked = state.parked_rules(now)
    asked = tuple(entry for entry in plan.entries if entry[1].settings.spec.id not in parked)
    findings = tuple(_finding(rule, asked, parked, state, submission, now) for rule in ruleset.rules)
    verdict = refused_before(state, part) or evaluate(asked, state, submission, now, False)
    state.pending.clear()
    return Explanation(verdict, findings, _sentence(verdict, findings))


def _finding(
    rule: Rule, asked: Entries, parked: frozenset[str], state: PolicyState, submission: Submission, now: float
) -> Finding:
    """`outcome`: not enforced yet, off, parked, does not apply, error, pass or hit."""
    spec, mode = rule.settings.spec, rule.settings.mode.value
    checkers = [checker for _, checker in asked if checker.settings is rule.settings]
    if not checkers:
        return Finding(spec.id, spec.clause, mode, _why_not(rule, parked))
    findings: list[Finding] = []
    for checker in checkers:
        try:
            value, limit, words = checker.measure(submission, state, now)
            hit = checker.check(submission, state, now)
        except Exception as error:
            return Finding(spec.id, spec.clause, mode, "error", detail=type(error).__name__)
        if hit is not None:
            # What a sub-rule saw has nothing to do with the count of the rule.
            words = words if hit.rule == spec.id else ""
            return Finding(spec.id, spec.clause, mode, "hit", hit.value, hit.limit, words, hit)
        findings.append(Finding(spec.id, spec.clause, mode, "pass", value, limit, words))
    # Of several questions, the one that came closest to its limit.
    return max(findings, key=lambda finding: finding.value / finding.limit if finding.limit else 0.0)


def _why_not(rule: Rule, parked: frozenset[str]) -> str:
    if not rule.checkers:
        return "not enforced yet"
    if rule.settings.mode is Mode.OFF:
        return "off"
    return "parked" if rule.settings.spec.id in parked else "does not apply"


_VERBS = {
    Action.THROTTLE: "Slowed down",
    Action.QUARANTINE: "Held for review",
    Action.REJECT: "Refused",
    Action.DROP: "Refused",
    Action.BOUNCE: "Refused",
}


def _sentence(verdict: Verdict, findings: tuple[Finding, ...]) -> str:
    """For the customer: clause and limit, nothing of how it was found."""
    hit = verdict.hit
    if hit is None or verdict.action.passes:
        return "Accepted."
    rule = hit.rule.partition("/")[0]
    text = f"{_VERBS[verdict.action]} under '{hit.clause.heading}': {RULES[rule].description}"
    limits = [finding.detail for finding in findings if finding.rule == rule and finding.detail]
    return f"{text}; limit {limits[0]}." if limits and hit.reason is not Reason.INTERNAL else f"{text}."
