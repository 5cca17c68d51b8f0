"""Each audit event as a plain sentence, for people who were not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Reason
from bot.review.console.trail import WORDS as OF_A_CASE
from bot.review.words import name_of
from bot.rights import REASON_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model import AuditEvent, Reviewer

WORDS = {
    **{(kind if "." in kind else f"case.{kind}"): words for kind, words in OF_A_CASE.items()},
    "case.read": "{who} opened the case and looked.",
    "reply.intended": "The bot wrote down which reply it was about to post.",
    "reply.published": "The reply was noted as posted, with its receipt.",
    "decision.refused": "A decision by {who} was refused.",
    "press.refused": "A press on a button was refused.",
    "mention.recorded": "An abusive post was recorded; no reply was due.",
    "mention.edited": "A post was edited.",
    "mention.gone": "A post was deleted.",
    "mention.malformed": "Something came that could not be understood.",
    "incident.formed": "Several posts were found to be a pile-on.",
    "incident.joined": "More posts joined a pile-on.",
    "account.paused": "{who} paused posting.",
    "account.resumed": "{who} let posting go on.",
    "response.found": "A response was found in its file, new or changed, and is live.",
    "response.gone": "A response has no file any more, and is live no longer.",
    "response.drafted": "{who} drafted a response.",
    "response.withdrawn": "The draft of a response was withdrawn, by {who}.",
    "response.reviewed": "{who} reviewed the draft of a response and made it live.",
    "rules.found": "A rule pack was found in its file, new or changed, and is live.",
    "rules.gone": "A rule pack has no file any more, and is live no longer.",
    "rules.drafted": "{who} drafted a rule pack.",
    "rules.withdrawn": "The draft of a rule pack was withdrawn, by {who}.",
    "rules.reviewed": "{who} reviewed the draft of a rule pack and made it live.",
    "rules.changed": "Rules were edited, added or taken away.",
    "rule.suspected": "A rule held more often than before and is watched.",
    "rule.braked": "A rule ran away, and the brake stopped it.",
    "rule.released": "{who} released a rule that the brake had stopped.",
    "configuration.stored": "The configuration was written down.",
    "configuration.changed": "The configuration was changed.",
    "retention.purged": "Personal data whose time was over was blanked.",
    "shift.handed_over": "{who} left a note for the next shift.",
    "desk.briefed": "Staff were told how things stand.",
    "desk.moved": "A chat of reviewers got another number.",
    "desk.closed": "Cards stopped in a chat, because not everybody in it is a reviewer.",
    "desk.opened": "Cards came back to a chat.",
    "person.link_made": "{who} made a sign-in link.",
    "person.signed_in": "{who} signed in.",
    "person.signed_out": "{who} signed out.",
    "person.sign_in_refused": "Somebody was not let in.",
    "person.session_ended": "{who} ended a session.",
    "person.passkey_added": "{who} added a passkey.",
    "person.passkey_removed": "{who} removed a passkey.",
    "bot.started": "The bot started.",
    "bot.stopped": "The bot stopped.",
    "safe_mode.ended": "The bot came back from safe mode.",
    "audit.verified": "{who} had every chain of the audit recomputed.",
    "audit.exported": "{who} exported the audit.",
    "evidence.captured": "Evidence of a post was captured.",
    "platform_report.intended": "The bot wrote down which report to a platform it was about to send.",
    "platform_report.postponed": "A report to a platform did not get through, and is tried again.",
    "platform_report.sent": "A report to a platform was noted as taken, with its receipt.",
    "platform_report.refused": "A report to a platform could not be sent.",
    "platform_report.unclear": "It stayed unclear whether a report reached a platform.",
    "report.made": "A public report was made.",
    "mentions.counted": "Posts of a day were counted, by the side that their authors claim, in totals.",
    "second_reading.made": "{who} read a case the second time, without knowing what was ruled.",
    "evidence.packed": "{who} made a pack of evidence.",
    "evidence.read": "{who} opened a piece of evidence.",
    "evidence.rotated": "All evidence was encrypted anew.",
}
"""A sentence for each kind of event."""


def told(event: AuditEvent, reviewers: Mapping[str, Reviewer]) -> str:
    """What happened, with the reason if there was one; of a kind without a sentence its name."""
    words = WORDS.get(event.kind) or f"{event.kind.replace('_', ' ').replace('.', ' ').capitalize()}, by {{who}}."
    text = words.replace("{who}", name_of(event.actor, reviewers))
    text = text[0].upper() + text[1:]
    reason = event.detail.get("reason")
    if isinstance(reason, str) and reason in set(Reason):
        text = f"{text} {REASON_WORDS[Reason(reason)]}."
    return text
