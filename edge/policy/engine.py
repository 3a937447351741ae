"""The decision: `decide` is one synchronous call that never raises, reads no clock and does no I/O.

The same submissions in the same order with the same times give the same verdicts.
"""

from msgspec.structs import replace

from edge.core.clause import Clause
from edge.core.facts import LIFTS, Fact
from edge.core.submission import Submission
from edge.core.verdict import ALLOWED, Action, Explanation, Finding, Hit, Reason, Verdict
from edge.policy.gathering import known_part, refused_before, remember
from edge.policy.hearing import hear, is_report, note_sent
from edge.policy.kinds import MT, REPLACE
from edge.policy.ladder import escalate
from edge.policy.looking import look
from edge.policy.registry import RULES
from edge.policy.rule import Checker, Mode, OnError
from edge.policy.ruleset import Entries, Plan, Rule, Ruleset, compile_ruleset, plan_for
from edge.policy.signals.flags import names
from edge.policy.state import REFUSAL_SPAN, PolicyState, Refusal

__all__ = ["Ruleset", "compile_ruleset", "decide", "explain"]

# Refusals that are cheap to find again, or that must be found afresh each time, are not remembered.
_AFRESH = (Reason.BLOCKED, Reason.SUSPENDED, Reason.EMERGENCY, Reason.INTERNAL, Reason.PACING)


def decide(ruleset: Ruleset, state: PolicyState, submission: Submission, now: float) -> Verdict:
    """The verdict on `submission` at `now` (monotonic seconds). Never raises."""
    if state.ruleset is not ruleset:
        state.adopt(ruleset, ruleset.spans, ruleset.room)
    state.looked_at = None
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
    if hit is not None and verdict.action is Action.REJECT and remembered is None and hit.reason not in _AFRESH:
        refusals.put(message_key(submission), Refusal(_bare(verdict), now + REFUSAL_SPAN))
    if submission.direction is not MT or (is_report(submission) and verdict.action.passes):
        verdict = _heard(ruleset, state, submission, verdict, now)
    return verdict


def _heard(ruleset: Ruleset, state: PolicyState, submission: Submission, verdict: Verdict, now: float) -> Verdict:
    """With what the subscriber says to us, whatever becomes of the message: a STOP to a suspended account counts.

    (policy.md 0.1, stage 7: closed. Where hearing fails the carrier keeps the message and brings it again.)
    """
    try:
        facts = hear(submission, look(submission, state, now), state, ruleset.inventory, now)
        _note_heard(state, submission, facts, now)
        return _with(state, verdict, facts)
    except Exception as error:
        state.note_error("opt-out", error, now, False)
        return Verdict(
            Action.REJECT, Hit("opt-out", Clause.UNSOLICITED, Action.REJECT, Reason.INTERNAL, "the rule failed")
        )


def _note_heard(state: PolicyState, submission: Submission, facts: tuple[Fact, ...], now: float) -> None:
    """Tell the windows what a subscriber said, before it holds."""
    try:
        if facts:
            state.windows.heard(submission, facts, state, now)
    except Exception as error:  # counting fails open
        state.note_error("windows", error, now, False)


def _bare(verdict: Verdict) -> Verdict:
    """The verdict without the facts it laid down: repeating it is not new evidence."""
    return replace(verdict, facts=()) if verdict.facts else verdict


def _with(state: PolicyState, verdict: Verdict, facts: tuple[Fact, ...]) -> Verdict:
    """The verdict with the facts that it lays down, which hold from now on (policy.md, decision 9)."""
    if not facts:
        return verdict
    for fact in facts:
        state.facts.apply(fact)
    if any(fact.kind in LIFTS for fact in facts):
        state.forget_refusals()
    return replace(verdict, facts=(*verdict.facts, *facts))


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
            submission.identity,
            submission.media,
        )
    )


def _decide_part(
    ruleset: Ruleset, state: PolicyState, submission: Submission, now: float, remembered: Verdict | None
) -> Verdict:
    """One part of several: pays only if it is the first seen, shares the fate of a part refused before."""
    part = known_part(state, submission, now)
    paid = part is not None and part.refused is None
    verdict = remembered or refused_before(state, part) or _judge(ruleset, state, submission, now, paid)
    if verdict.action is not Action.THROTTLE:
        # A throttle is not a refusal: the part comes again, and the message has not been paid for yet.
        remember(state, submission, _bare(verdict), now)
    return verdict


def _judge(ruleset: Ruleset, state: PolicyState, submission: Submission, now: float, unpaid: bool) -> Verdict:
    plan = plan_for(ruleset, submission, unpaid)
    entries = plan.entries
    if state.parked:
        parked = state.parked_rules(now)
        entries = tuple(entry for entry in entries if entry[1].settings.spec.id not in parked)
    elif _nothing_stands(plan, state, submission, now):
        state.spend()
        _note_passed(state, submission, now, unpaid)
        return ALLOWED
    state.pending.clear()
    verdict = evaluate(entries, state, submission, now, True)
    if verdict.action.passes or verdict.action in (Action.QUARANTINE, Action.DROP):
        # Held and dropped messages were answered as accepted, so they count as sent.
        state.spend()
        _note_passed(state, submission, now, unpaid)
    elif verdict.action is Action.THROTTLE and submission.direction is MT and verdict.hit is not None:
        _note_slowed(state, submission, verdict.hit, now)
    hit = verdict.hit
    if hit is not None and not verdict.action.passes and submission.direction is MT:
        verdict = _escalated(ruleset, state, submission, verdict, hit, now)
    return verdict


def _escalated(
    ruleset: Ruleset, state: PolicyState, submission: Submission, verdict: Verdict, hit: Hit, now: float
) -> Verdict:
    """With what a verdict that stops the message brings for the number and the account."""
    try:
        if verdict.action is Action.REJECT:
            state.windows.refused(submission, hit, look(submission, state, now), state, now)
        return _with(state, verdict, escalate(ruleset, submission, verdict, state, now))
    except Exception as error:  # the verdict itself stands
        state.note_error("ladder", error, now, False)
        return verdict


def _note_passed(state: PolicyState, submission: Submission, now: float, unpaid: bool) -> None:
    """Tell the windows; a message counts once, whatever its parts. Of later parts and replaced texts only the text."""
    windows = state.windows
    note = windows.sent if submission.direction is MT else windows.received
    if unpaid or submission.operation is REPLACE:
        if submission.direction is not MT:
            return
        note = windows.grown
    try:
        context = look(submission, state, now)
        if submission.direction is MT:
            note_sent(submission, context, state, now)
        note(submission, context, state, now)
    except Exception as error:  # counting fails open (policy.md 0.1, stage 9), and is seen
        state.note_error("windows", error, now, False)


def _note_slowed(state: PolicyState, submission: Submission, hit: Hit, now: float) -> None:
    """Tell the windows of a throttled message."""
    try:
        state.windows.slowed(submission, hit, look(submission, state, now), state, now)
    except Exception as error:
        state.note_error("windows", error, now, False)


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
        if state.facts.stand():
            for check in plan.standing:
                if check(submission, state, now) is not None:
                    return False
        raised = look(submission, state, now).flags & plan.flags
        asked = plan.asked.get(raised)
        for check in plan.about(raised) if asked is None else asked:
            if check(submission, state, now) is not None:
                return False
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
        needs = checker.needs
        try:
            if needs and not look(submission, state, now).flags & needs:
                continue
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
    state.looked_at = None
    part = known_part(state, submission, now) if submission.body.parts > 1 else None
    plan = plan_for(ruleset, submission, part is not None and part.refused is None)
    parked = state.parked_rules(now)
    asked = tuple(entry for entry in plan.entries if entry[1].settings.spec.id not in parked)
    findings = tuple(_finding(rule, asked, parked, state, submission, now) for rule in ruleset.rules)
    verdict = refused_before(state, part) or evaluate(asked, state, submission, now, False)
    state.pending.clear()
    reading = look(submission, state, now).reading
    scores = (
        ("marketing", reading.profile.marketing),
        ("phishing", reading.profile.phishing),
        ("harassment", reading.profile.harassment),
        ("violating", reading.profile.violating),
    )
    return Explanation(
        verdict, findings, _sentence(verdict, findings), reading.skeleton, reading.traffic, scores, names(reading.flags)
    )


def _finding(
    rule: Rule, asked: Entries, parked: frozenset[str], state: PolicyState, submission: Submission, now: float
) -> Finding:
    """`outcome`: not enforced yet, off, parked, does not apply, error, pass or hit."""
    spec, mode = rule.settings.spec, rule.settings.mode.value
    checkers = [checker for _, checker in asked if checker.settings.spec is spec]
    if not checkers:
        return Finding(spec.id, spec.clause, mode, _why_not(rule, parked))
    findings: list[Finding] = []
    scale: tuple[tuple[str, float, float], ...] = ()
    for checker in checkers:
        try:
            scale += checker.scale(submission, state, now)
            value, limit, words = checker.measure(submission, state, now)
            concerned = not checker.needs or look(submission, state, now).flags & checker.needs
            hit = checker.check(submission, state, now) if concerned else None
            parts = checker.weigh(submission, state, now)
        except Exception as error:
            return Finding(spec.id, spec.clause, mode, "error", detail=type(error).__name__)
        if hit is not None:
            # What a sub-rule saw has nothing to do with the count of the rule.
            words = words if hit.rule == spec.id else ""
            return Finding(
                spec.id, spec.clause, mode, "hit", hit.value, hit.limit, words, hit, hit.parts or parts, scale
            )
        findings.append(Finding(spec.id, spec.clause, mode, "pass", value, limit, words, None, parts))
    # Of several questions, the one that came closest to its limit.
    closest = max(findings, key=lambda finding: finding.value / finding.limit if finding.limit else 0.0)
    return replace(closest, scale=scale) if scale else closest


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
