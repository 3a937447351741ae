"""Taking consent back in English. Contractions have lost their apostrophe: "dont", "wont", "ill"."""

from edge.policy.signals.revocation.wording import wording

ME = r"(?:me|us|this (?:number|phone|person)|my (?:number|phone|cell))"
SENT = r"(?:texts?|messages?|msgs?|sms|spam|alerts?|notifications?|promos?|promotions?|reminders?|emails?)"
SENDING = (
    r"(?:texting|txting|messaging|contacting|sending|msging|spamming|bothering|harassing|pestering|emailing|writing)"
)
SEND = r"(?:text|txt|message|msg|contact|bother|spam)"
QUALIFIED = r"(?:all|w|with|the|these|those|this|your|any|more|automated|fucking|damn|stupid|to)"
LISTS = r"(?:lists?|listing|database|system|records|mailing|campaign|here|this|everything)"
SOMEBODY = r"(?:he|she|they|it|we|mom|dad|wife|husband|boss|police|teacher|people|nobody|who)"
RELATIVE = r"(?:mom|dad|wife|husband|girlfriend|boyfriend|friends?|brother|sister|son|daughter|boss|ex|kids?)"
NEVER = r"(?:dont|do not|never|cant|cannot|can not|couldnt|wont|will not|wouldnt|didnt|did not|doesnt|not|without)"
# Lists and places that one leaves without asking for fewer messages.
ELSEWHERE = (
    r"(?:wait ?list|waiting|guest|schedule|shifts?|meeting|appointments?|booking|calendar|group|order|loan|lease|"
    r"policy|insurance|hold|speaker|airport|station|work|school|team|party|roster|rota|queue|class|will|stage|invite|photo|"
    r"picture|tab|bill|raffle|street|corner|floor|hook|market|menu|case|job|payroll|bench|slot|appts?|sessions?|lessons?|"
    r"course|practice|draw|trip|ride|reservations?|booth|seat|bus|plane|couch|tomorrow|tonight|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
# Things that are carried, and people who come: to stop sending them is another matter than texts.
GOODS = (
    r"(?:parcels?|packages?|mail|letters?|drivers?|boxes|flowers|money|cash|people|someone|somebody|men|orders?|"
    r"che(?:que|ck)s?|payments?|trucks?|deliver\w+|couriers?|items?|technicians?|samples?|catalog\w*)"
)
# What ends the sentence without making another of it.
FINALLY = (
    r"(?: (?:already|any ?more|again|ever|at all|from (?:you|u|you guys|this number)|"
    r"on (?:my|this) (?:phone|cell|number)))*$"
)

WORDINGS = (
    wording(
        (rf"\b(?:stop|quit|cease|halt|discontinue)(?: {QUALIFIED})* (?:{SENDING}|{SENT}|{SEND})\b",),
        (
            # what is not to stop, or does not
            rf"\b{NEVER}(?: \w+)? (?:to )?(?:stop|quit)\b",
            # the writer's own stopping
            r"\b(?:i|ill|im|should i|let me|lemme|gonna|going to|have to|need to|gotta|want to|trying to|try to|must|"
            r"better|me to|him to|her to|them to)(?: just| will| can| could| might)? (?:stop|quit)\b",
            # when or whether somebody stopped
            r"\b(?:do|did|does|have|has|had|why|when|until|before|if) (?:\w+ ){0,2}(?:stop|quit)\b",
            rf"\b{SOMEBODY} (?:\w+ )?(?:said|says|told|asked|wants|made|should|must|has|needs|will|stop|quit)\b",
            # others who are written to, and what else hands are for
            rf"\b{SENDING} (?:and (?!{SENDING}|calling)|while|when|in|during|him|her|them(?!$)|at|on|for a|that person|"
            rf"people|other|everyone|so|before|after|until|til|till|(?:my |your )?{RELATIVE}\b)",
            rf"\bsending (?:(?:the|my|your|those|any|more|all|out|wrong) )*{GOODS}\b",
            # places
            r"\b(?:bus|next|last|first|one|this|that|the|my|a|at|train|truck|rest|metro|subway|tram) stop "
            rf"(?:{SEND}|{SENT})\b",
        ),
    ),
    wording(
        (
            rf"\b(?:stop|quit) (?:getting|receiving)\b(?: \w+){{0,3}} {SENT}\b",
            rf"\benough (?:with |of )?(?:{QUALIFIED} )*{SENT}{FINALLY}",
            rf"\bhow (?:do|can) (?:i|we) (?:stop|cancel)(?: {QUALIFIED}| getting| receiving)* {SENT}\b",
            r"\bhow (?:do|can) (?:i|we) (?:unsubscribe|opt out)\b",
        ),
        (r"\b(?:did|why|when) (?:i|we|you) stop\b", r"\b(?:not|isnt|is|have|had|got|get|has|are|arent|see) enough\b"),
    ),
    wording(
        (
            # "I do not want any more texts", "no longer wish to receive these"
            rf"(?:^|\b(?:i|we) (?:really |just |also )?)(?:dont|do not|no longer|never) (?:want|wish|care|need)"
            rf"(?: to (?:get|receive|see|read|have))?(?: {QUALIFIED}| of| such| further)* (?:{SENT}|texting){FINALLY}",
            rf"(?:^|\b(?:i|we) (?:really |just |also )?)(?:dont|do not|no longer|never) (?:want|wish|care) to "
            rf"(?:hear (?:anything )?from (?:you|u|you guys|your company)"
            rf"|be (?:contacted|texted|messaged|msged|spammed|bothered)(?: by (?:you|u|this number))?){FINALLY}",
        ),
        (r"\b(?:if|unless|why|because|when) (?:i|we|you)\b",),
    ),
    wording(
        (
            # "do not text me (again)", and nothing behind that would make it another sentence
            rf"^(?:(?:hey|ok|okay|just|so|sorry|no|not interested|stop|i said|again|and|also|wrong number|listen|"
            rf"get lost|go away|(?:f|fuck|piss|buzz) off|screw you) )*"
            rf"(?:dont|do not|never|must not|you must not) (?:ever )?(?:call or |call and )?(?:{SEND}|send)"
            rf"(?: (?:or|and) (?:call|email|{SEND}))*(?: to)?(?: {ME}| here)?"
            rf"(?: (?:or|and) (?:my )?(?:{RELATIVE}|family|us|anyone(?: else)? (?:here|in my family)))*"
            rf"(?: (?:again|any ?more|ever|{SENT}|anything|stuff|any|more|ok|okay|period|this|these|things))*$",
        ),
        (r"\bsend(?: to)?(?: me| us)?$|\bbother$",),
    ),
    wording(
        (rf"\bno more (?:{SENT}|texting|messaging|contacting|sending|msging)\b",),
        (
            r"\b(?:have|has|had|are|is|was|were|got|see|left|why|any|there|theres)(?: \w+){0,2} no more\b",
            r"\bleft\b|\b(?:from|until|at|in|on|while) (?!you|your|this)\w+",
        ),
    ),
    wording(
        (
            rf"\b(?:remove|delete) {ME}(?: \d+)*(?:$| (?:off|from|out|now|here|at once)\b)",
            r"\b(?:remove|delete) my (?:name|info|contact|contacts|phone number)\b",
            rf"\btake (?:{ME}|my name) (?:off|from)(?: of)?(?: {QUALIFIED}| ur| that)*(?: \w+)? (?:{LISTS}|{SENT})$",
            rf"\btake {ME} (?:off|from)(?: of)?(?: {QUALIFIED})*$",
            rf"\b(?:block|drop|scratch|strike|cut|get) (?:{ME}|my name) (?:off|from)(?: of)?"
            rf"(?: {QUALIFIED}| ur| that)*(?: \w+)? (?:lists?|listing|database|mailing|{SENT})$",
            rf"\b(?:want|get|like|be) off(?: of)?(?: {QUALIFIED}| ur| that)*(?: \w+)? "
            rf"(?:lists?|mailing|database|{SENT})$",
        ),
        (
            r"\b(?:dont|do not|did|why|cant|didnt|not|never|they|he|she|who)(?: \w+){0,2} (?:remove|take|delete|get)\b",
            rf"\b{ELSEWHERE}\b",
            r"\bfrom (?:the |my )?\d{1,2}(?: ?[ap]m)?\b",  # an hour
        ),
    ),
    wording(
        (
            r"\bunsubscribe (?:me|us|this number|my number|from)\b|\bopt (?:me|us) out\b",
            r"\b(?:want|would like|id like|like|wish|need) (?:to )?(?:unsubscribe|opt out)\b",
            r"\b(?:want|would like|id like|like|wish|need) to be (?:removed|unsubscribed|taken off)\b",
            r"^(?:i |can i |can you |i am |im )?(?:unsubscribe|opt out|opting out|unsubscribing)$",
            rf"^(?:i |can i |i am |im )?opt(?:ing)? out (?:from|of)(?: {QUALIFIED}| marketing)*(?: {SENT}| {LISTS})?$",
        ),
        (rf"\b(?:{NEVER}|did|why|if)(?: \w+){{0,3}} (?:unsubscribe|opt|be)\b", rf"\b{ELSEWHERE}\b"),
    ),
    wording(
        (r"\b(?:revoke|withdraw|revoking|withdrawing) (?:my |all )?(?:consent|permission)\b", r"\bcease and desist\b"),
        (rf"\b{NEVER}\b",),
    ),
    wording(
        (
            r"\bwrong (?:phone |cell |mobile |telephone )?(?:number|person|num|guy|girl|lady)\b",
            r"\b(?:have|got|texting|reached|its|is) (?:the |a )?wrong (?:phone|cell|contact|recipient|individual)$",
        ),
        (
            r"\bwrong (?:phone |cell )?number (?:of|on|for (?:the|my|your))\b",
            r"\bwrong (?:person|guy|girl|lady) (?:for the|to|in|who|i|lol|took|got|came|has|had|is|was|at|on|with|paid|"
            r"keeps|said|\w{3,}ed)\b",
            # the writer's own mistake, or another kind of number
            r"\b(?:meant|texted|sent|send|dial|dialed|dialled|called|calling|gave|give|given|put|wrote|entered|typed|"
            r"listed|file|invoice|order|account|card|tracking|room|flight|policy|reference|unit|plate|house|street|"
            r"ticket|table|bus|line|page|model|part|size)\b",
            r"\b(?:i|we) (?:have|had|got|used|may have|might have|mustve)\b",
            # questions
            r"\b(?:is|was) (?:this|that|it) (?:a |the )?wrong\b",
            r"\b(?:did|do|dont|didnt) (?:i|we|you|u)\b",
            r"\bwhats? (?:is )?wrong\b",
            r"\b(?:not|isnt|wasnt)(?: a| the)? wrong\b",
        ),
    ),
    wording(
        (r"\bleave (?:me|us) (?:\w+ (?:\w+ )?)?alone\b",),
        (
            rf"\b(?:{NEVER}|why|did|when|they|he|she|it|if you|always)(?: \w+){{0,2}} leave\b",
            r"^you leave\b",
            r"\bleave me home alone\b|\balone (?:with|in|at|time)\b",
        ),
    ),
    wording(
        (r"\b(?:lose|delete|forget|erase) (?:my|this) number\b",),
        (rf"\b(?:{NEVER}|did|might|will|you|i|ill|accidentally|u)(?: \w+)? (?:lose|delete|forget|erase)\b",),
    ),
)
