-- The first schema: tables, and all that the database refuses by itself, with the program by-passed.
--
-- Foreign keys hold only on a connection that has asked for them; what must hold on any connection is said again as a
-- trigger. INSERT OR REPLACE deletes without firing a trigger of deletion, so each kept table also refuses a row that
-- would replace another. Changed only by a later revision, never here.

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY, platform TEXT NOT NULL, handle TEXT NOT NULL, server TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('watch', 'dry_run', 'live')),
  approvals INTEGER NOT NULL CHECK (approvals IN (1, 2)),
  active BOOLEAN NOT NULL, cursor TEXT);

CREATE TABLE reviewers (
  id TEXT NOT NULL PRIMARY KEY CHECK (id <> 'bot'), name TEXT NOT NULL, roles TEXT NOT NULL, telegram_id INTEGER,
  active BOOLEAN NOT NULL);

CREATE TABLE configurations (id INTEGER NOT NULL PRIMARY KEY, at TEXT NOT NULL, snapshot TEXT NOT NULL);

CREATE TABLE pauses (scope TEXT NOT NULL PRIMARY KEY, by TEXT NOT NULL, at TEXT NOT NULL, reason TEXT NOT NULL);

CREATE TABLE seen (
  uri_sha256 TEXT NOT NULL PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts(id), digest TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'ignore'), reasons TEXT NOT NULL,
  lang TEXT, read BOOLEAN NOT NULL, at TEXT NOT NULL, text TEXT);
CREATE INDEX seen_by_time ON seen(at);

CREATE TABLE malformed (
  id TEXT NOT NULL PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts(id),
  at TEXT NOT NULL, sentence TEXT NOT NULL);

CREATE TABLE rule_counts (
  day TEXT NOT NULL, rule TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('live', 'shadow')), n INTEGER NOT NULL,
  PRIMARY KEY (day, rule, state));

CREATE TABLE mentions (
  id TEXT NOT NULL PRIMARY KEY, uri_sha256 TEXT NOT NULL UNIQUE, platform TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id), author_uri TEXT, author_handle TEXT, conversation TEXT,
  created_at TEXT NOT NULL, written_at TEXT NOT NULL, seen_at TEXT NOT NULL, version INTEGER NOT NULL,
  gone_at TEXT, purged_at TEXT);
CREATE INDEX mentions_by_author ON mentions(author_uri);
CREATE INDEX mentions_by_conversation ON mentions(conversation);
CREATE INDEX mentions_by_time ON mentions(seen_at);

CREATE TABLE mention_versions (
  mention_id TEXT NOT NULL REFERENCES mentions(id), version INTEGER NOT NULL, captured_at TEXT NOT NULL,
  digest TEXT NOT NULL, evidence TEXT, evidence_sha256 TEXT NOT NULL, judgement TEXT, judgement_sha256 TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('ignore', 'record', 'respond', 'escalate')), policy TEXT,
  severity INTEGER NOT NULL, abusive BOOLEAN NOT NULL,
  PRIMARY KEY (mention_id, version));

CREATE TABLE cases (
  id TEXT NOT NULL PRIMARY KEY, mention_id TEXT NOT NULL REFERENCES mentions(id), mention_version INTEGER NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  verdict TEXT NOT NULL CHECK (verdict IN ('respond', 'escalate')),
  approvals_required INTEGER NOT NULL CHECK (approvals_required IN (1, 2)),
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'publishing', 'published', 'retracting', 'retracted',
    'failed', 'unconfirmed', 'escalated', 'closed')),
  version INTEGER NOT NULL, opened_at TEXT NOT NULL, changed_at TEXT NOT NULL, changed_by TEXT, due_at TEXT,
  outcome TEXT, reason TEXT, note TEXT NOT NULL, gone_at TEXT, acknowledged_by TEXT, passed_on INTEGER NOT NULL,
  called_at TEXT, owner TEXT, claimed_until TEXT,
  FOREIGN KEY (mention_id, mention_version) REFERENCES mention_versions(mention_id, version),
  UNIQUE (id, account_id, verdict, approvals_required),
  CHECK (verdict <> 'escalate' OR state IN ('escalated', 'closed')),
  CHECK ((state = 'closed') = (outcome IS NOT NULL)),
  CHECK ((state = 'publishing') = (owner IS NOT NULL)),
  CHECK ((owner IS NULL) = (claimed_until IS NULL)));
CREATE UNIQUE INDEX one_live_case_per_mention ON cases(mention_id, verdict) WHERE state <> 'closed';
CREATE INDEX cases_by_mention ON cases(mention_id);
CREATE INDEX cases_by_state ON cases(state, opened_at);

CREATE TABLE drafts (
  id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL, revision INTEGER NOT NULL, text TEXT, text_sha256 TEXT NOT NULL,
  mention_version INTEGER NOT NULL, verdict TEXT NOT NULL CHECK (verdict = 'respond'),
  account_id TEXT NOT NULL, approvals_required INTEGER NOT NULL, response TEXT, variant INTEGER,
  written_by TEXT REFERENCES reviewers(id), created_at TEXT NOT NULL,
  FOREIGN KEY (case_id, account_id, verdict, approvals_required)
    REFERENCES cases(id, account_id, verdict, approvals_required),
  UNIQUE (case_id, revision), UNIQUE (id, case_id),
  UNIQUE (id, case_id, account_id, approvals_required, text_sha256));
CREATE INDEX drafts_by_account ON drafts(account_id, created_at);

CREATE TABLE decisions (
  id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases(id),
  kind TEXT NOT NULL CHECK (kind IN ('approve', 'dismiss', 'escalate', 'refer')),
  reviewer_id TEXT NOT NULL REFERENCES reviewers(id), draft_id TEXT, at TEXT NOT NULL, reason TEXT, note TEXT NOT NULL,
  desk TEXT NOT NULL,
  FOREIGN KEY (draft_id, case_id) REFERENCES drafts(id, case_id),
  CHECK ((kind = 'approve') = (draft_id IS NOT NULL)),
  UNIQUE (id, case_id, kind, draft_id, reviewer_id));
CREATE UNIQUE INDEX one_approval_per_person ON decisions(draft_id, reviewer_id) WHERE kind = 'approve';
CREATE INDEX decisions_by_case ON decisions(case_id);

CREATE TABLE publications (
  id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL, account_id TEXT NOT NULL, draft_id TEXT NOT NULL,
  text_sha256 TEXT NOT NULL, approvals_required INTEGER NOT NULL,
  decision_kind TEXT NOT NULL CHECK (decision_kind = 'approve'),
  decision_id TEXT NOT NULL UNIQUE, reviewer_id TEXT NOT NULL, second_decision_id TEXT UNIQUE, second_reviewer_id TEXT,
  state TEXT NOT NULL CHECK (state IN ('intended', 'published', 'unconfirmed', 'failed', 'retracted')),
  idempotency_key TEXT NOT NULL UNIQUE,
  visibility TEXT NOT NULL CHECK (visibility IN ('public', 'unlisted', 'followers', 'direct')),
  intended_at TEXT NOT NULL, attempts INTEGER NOT NULL, looks INTEGER NOT NULL, native_id TEXT, url TEXT,
  posted_at TEXT,
  FOREIGN KEY (draft_id, case_id, account_id, approvals_required, text_sha256)
    REFERENCES drafts(id, case_id, account_id, approvals_required, text_sha256),
  FOREIGN KEY (decision_id, case_id, decision_kind, draft_id, reviewer_id)
    REFERENCES decisions(id, case_id, kind, draft_id, reviewer_id),
  FOREIGN KEY (second_decision_id, case_id, decision_kind, draft_id, second_reviewer_id)
    REFERENCES decisions(id, case_id, kind, draft_id, reviewer_id),
  CHECK ((second_decision_id IS NULL) = (second_reviewer_id IS NULL)),
  CHECK ((second_decision_id IS NOT NULL) = (approvals_required = 2)),
  CHECK (second_reviewer_id IS NULL OR second_reviewer_id <> reviewer_id),
  CHECK ((state IN ('published', 'retracted')) = (posted_at IS NOT NULL)));
CREATE UNIQUE INDEX one_live_publication_per_case ON publications(case_id) WHERE state <> 'failed';
CREATE INDEX publications_by_account ON publications(account_id, intended_at);

CREATE TABLE cards (
  desk TEXT NOT NULL, case_id TEXT NOT NULL REFERENCES cases(id), chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL,
  drawn_at TEXT NOT NULL, stub BOOLEAN NOT NULL,
  PRIMARY KEY (desk, case_id, chat_id));

CREATE TABLE audit_events (
  stream TEXT NOT NULL, seq INTEGER NOT NULL CHECK (seq > 0), at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,
  case_id TEXT, detail TEXT NOT NULL, prev TEXT NOT NULL UNIQUE, digest TEXT NOT NULL UNIQUE,
  PRIMARY KEY (stream, seq));
CREATE INDEX audit_by_case ON audit_events(case_id);

CREATE TABLE audit_heads (stream TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, digest TEXT NOT NULL);

CREATE TRIGGER cases_never_replaced BEFORE INSERT ON cases
WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW.id) OR NEW.state <> 'closed' AND EXISTS (SELECT 1 FROM cases
  WHERE mention_id = NEW.mention_id AND verdict = NEW.verdict AND state <> 'closed')
BEGIN SELECT RAISE(ABORT, 'there is a live case of this verdict for this mention already'); END;

CREATE TRIGGER cases_begin_at_the_beginning BEFORE INSERT ON cases
WHEN NEW.state <> CASE NEW.verdict WHEN 'escalate' THEN 'escalated' ELSE 'open' END OR NEW.version <> 1
BEGIN SELECT RAISE(ABORT, 'a case begins open, or escalated when its verdict is escalate'); END;

CREATE TRIGGER cases_ask_for_no_fewer_approvals BEFORE INSERT ON cases
WHEN NEW.verdict = 'respond' AND NEW.approvals_required < (SELECT approvals FROM accounts WHERE id = NEW.account_id)
BEGIN SELECT RAISE(ABORT, 'a case asks for at least as many approvals as its account'); END;

CREATE TRIGGER cases_keep_their_nature BEFORE UPDATE ON cases
WHEN NEW.id IS NOT OLD.id OR NEW.mention_id IS NOT OLD.mention_id OR NEW.account_id IS NOT OLD.account_id
  OR NEW.verdict IS NOT OLD.verdict OR NEW.approvals_required IS NOT OLD.approvals_required
  OR NEW.opened_at IS NOT OLD.opened_at
BEGIN SELECT RAISE(ABORT, 'the mention, account, verdict and number of approvals of a case never change'); END;

CREATE TRIGGER cases_move_along_the_table BEFORE UPDATE ON cases
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ('open>approved', 'open>escalated',
  'open>closed', 'approved>publishing', 'approved>open', 'approved>closed', 'publishing>published',
  'publishing>approved', 'publishing>failed', 'publishing>unconfirmed', 'publishing>open', 'publishing>closed',
  'unconfirmed>published', 'unconfirmed>failed', 'failed>open', 'failed>closed', 'published>retracting',
  'retracting>retracted', 'retracting>published', 'escalated>open', 'escalated>closed')
BEGIN SELECT RAISE(ABORT, 'a case cannot go from that state to this one'); END;

CREATE TRIGGER cases_count_their_changes BEFORE UPDATE ON cases
WHEN NEW.version NOT IN (OLD.version, OLD.version + 1) OR NEW.state <> OLD.state AND NEW.version = OLD.version
  OR NEW.mention_version < OLD.mention_version
BEGIN SELECT RAISE(ABORT, 'the version of a case rises by one with each change'); END;

CREATE TRIGGER cases_advance_on_approvals BEFORE UPDATE ON cases
WHEN NEW.state <> OLD.state AND NEW.state IN ('approved', 'publishing', 'published')
  AND NOT EXISTS (SELECT 1 FROM drafts WHERE id = (SELECT id FROM drafts WHERE case_id = NEW.id
  ORDER BY revision DESC LIMIT 1) AND (NEW.state = 'published' OR mention_version = NEW.mention_version)
  AND NEW.approvals_required <= (SELECT count(*) FROM decisions WHERE draft_id = drafts.id
  AND kind = 'approve'))
BEGIN SELECT RAISE(ABORT, 'the newest draft lacks approvals, or answers an older version of the mention'); END;

CREATE TRIGGER cases_published_with_a_publication BEFORE UPDATE ON cases
WHEN NEW.state <> OLD.state AND NEW.state = 'published' AND NOT EXISTS (SELECT 1 FROM publications
  WHERE case_id = NEW.id AND state = 'published')
BEGIN SELECT RAISE(ABORT, 'a case is published by its publication'); END;

CREATE TRIGGER cases_kept BEFORE DELETE ON cases
BEGIN SELECT RAISE(ABORT, 'a case is never removed'); END;

CREATE TRIGGER drafts_follow_each_other BEFORE INSERT ON drafts
WHEN EXISTS (SELECT 1 FROM drafts WHERE id = NEW.id) OR NEW.revision <> 1 + coalesce((SELECT max(revision)
  FROM drafts WHERE case_id = NEW.case_id), 0)
BEGIN SELECT RAISE(ABORT, 'the revisions of a draft follow each other and stay'); END;

CREATE TRIGGER drafts_answer_their_case BEFORE INSERT ON drafts
WHEN NEW.text IS NULL OR NOT EXISTS (SELECT 1 FROM cases WHERE id = NEW.case_id AND verdict = 'respond'
  AND state IN ('open', 'escalated') AND mention_version = NEW.mention_version)
BEGIN SELECT RAISE(ABORT, 'a draft needs an open case of verdict respond, and answers the mention as it stands'); END;

CREATE TRIGGER drafts_never_changed BEFORE UPDATE ON drafts
WHEN NEW.text IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.case_id IS NOT OLD.case_id
  OR NEW.revision IS NOT OLD.revision OR NEW.text_sha256 IS NOT OLD.text_sha256
  OR NEW.mention_version IS NOT OLD.mention_version OR NEW.verdict IS NOT OLD.verdict
  OR NEW.account_id IS NOT OLD.account_id OR NEW.approvals_required IS NOT OLD.approvals_required
  OR NEW.response IS NOT OLD.response OR NEW.variant IS NOT OLD.variant OR NEW.written_by IS NOT OLD.written_by
  OR NEW.created_at IS NOT OLD.created_at
BEGIN SELECT RAISE(ABORT, 'a draft is never changed; only its text may be blanked'); END;

CREATE TRIGGER drafts_kept BEFORE DELETE ON drafts
BEGIN SELECT RAISE(ABORT, 'a draft is never removed'); END;

CREATE TRIGGER decisions_stay BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id) OR NEW.kind = 'approve'
  AND EXISTS (SELECT 1 FROM decisions WHERE draft_id = NEW.draft_id AND reviewer_id = NEW.reviewer_id
  AND kind = 'approve')
BEGIN SELECT RAISE(ABORT, 'a person decides once on a draft, and that stays'); END;

CREATE TRIGGER decisions_by_named_people BEFORE INSERT ON decisions
WHEN NOT EXISTS (SELECT 1 FROM reviewers WHERE id = NEW.reviewer_id)
BEGIN SELECT RAISE(ABORT, 'only a named person decides'); END;

CREATE TRIGGER approvals_of_the_newest_draft BEFORE INSERT ON decisions
WHEN NEW.kind = 'approve' AND NOT EXISTS (SELECT 1 FROM cases JOIN drafts ON drafts.case_id = cases.id
  AND drafts.mention_version = cases.mention_version AND drafts.id = (SELECT id FROM drafts
  WHERE case_id = NEW.case_id ORDER BY revision DESC LIMIT 1) WHERE cases.id = NEW.case_id
  AND cases.state = 'open' AND cases.verdict = 'respond' AND drafts.id = NEW.draft_id)
BEGIN SELECT RAISE(ABORT, 'an approval is of the newest draft of an open case, and of the mention as it stands'); END;

CREATE TRIGGER decisions_never_changed BEFORE UPDATE ON decisions
WHEN NEW.note <> '' OR NEW.id IS NOT OLD.id OR NEW.case_id IS NOT OLD.case_id OR NEW.kind IS NOT OLD.kind
  OR NEW.reviewer_id IS NOT OLD.reviewer_id OR NEW.draft_id IS NOT OLD.draft_id OR NEW.at IS NOT OLD.at
  OR NEW.reason IS NOT OLD.reason OR NEW.desk IS NOT OLD.desk
BEGIN SELECT RAISE(ABORT, 'a decision is never changed; only its note may be blanked'); END;

CREATE TRIGGER decisions_kept BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is never removed'); END;

CREATE TRIGGER publications_stay BEFORE INSERT ON publications
WHEN EXISTS (SELECT 1 FROM publications WHERE id = NEW.id OR idempotency_key = NEW.idempotency_key
  OR case_id = NEW.case_id AND state <> 'failed')
BEGIN SELECT RAISE(ABORT, 'there is a live publication of this case already'); END;

CREATE TRIGGER publications_use_a_decision_once BEFORE INSERT ON publications
WHEN EXISTS (SELECT 1 FROM publications WHERE decision_id IN (NEW.decision_id, NEW.second_decision_id)
  OR second_decision_id IN (NEW.decision_id, NEW.second_decision_id))
BEGIN SELECT RAISE(ABORT, 'a decision carries one publication'); END;

CREATE TRIGGER publications_of_what_was_approved BEFORE INSERT ON publications
WHEN NOT EXISTS (SELECT 1 FROM cases JOIN drafts ON drafts.case_id = cases.id JOIN decisions
  ON decisions.draft_id = drafts.id AND decisions.case_id = cases.id WHERE cases.id = NEW.case_id
  AND drafts.id = NEW.draft_id AND decisions.id = NEW.decision_id AND cases.verdict = 'respond'
  AND cases.account_id = NEW.account_id AND cases.approvals_required = NEW.approvals_required
  AND drafts.text_sha256 = NEW.text_sha256 AND decisions.kind = 'approve'
  AND decisions.reviewer_id = NEW.reviewer_id) OR NEW.approvals_required = 2
  AND NOT EXISTS (SELECT 1 FROM decisions WHERE id = NEW.second_decision_id AND case_id = NEW.case_id
  AND draft_id = NEW.draft_id AND kind = 'approve' AND reviewer_id = NEW.second_reviewer_id
  AND reviewer_id <> NEW.reviewer_id)
BEGIN SELECT RAISE(ABORT, 'a publication needs the approvals of exactly this text, for this case and account'); END;

CREATE TRIGGER publications_of_the_current_mention BEFORE INSERT ON publications
WHEN NOT EXISTS (SELECT 1 FROM cases JOIN mentions ON mentions.id = cases.mention_id JOIN drafts
  ON drafts.case_id = cases.id WHERE cases.id = NEW.case_id AND cases.state = 'publishing'
  AND drafts.id = (SELECT id FROM drafts WHERE case_id = NEW.case_id ORDER BY revision DESC LIMIT 1)
  AND drafts.id = NEW.draft_id AND drafts.mention_version = mentions.version)
BEGIN SELECT RAISE(ABORT, 'only a claimed draft that answers the mention as it stands is published'); END;

CREATE TRIGGER publications_never_beside_an_escalation BEFORE INSERT ON publications
WHEN EXISTS (SELECT 1 FROM cases JOIN cases AS other ON other.mention_id = cases.mention_id
  WHERE cases.id = NEW.case_id AND other.verdict = 'escalate' AND other.state <> 'closed')
BEGIN SELECT RAISE(ABORT, 'a mention that is escalated now is not answered'); END;

CREATE TRIGGER publications_never_repeated_beside_an_escalation BEFORE UPDATE ON publications
WHEN NEW.attempts > OLD.attempts AND EXISTS (SELECT 1 FROM cases JOIN cases AS other
  ON other.mention_id = cases.mention_id WHERE cases.id = NEW.case_id AND other.verdict = 'escalate'
  AND other.state <> 'closed')
BEGIN SELECT RAISE(ABORT, 'a mention that is escalated now is not answered'); END;

CREATE TRIGGER publications_by_live_accounts BEFORE INSERT ON publications
WHEN NOT EXISTS (SELECT 1 FROM accounts WHERE id = NEW.account_id AND mode = 'live' AND active)
BEGIN SELECT RAISE(ABORT, 'only a live account publishes'); END;

CREATE TRIGGER publications_keep_their_nature BEFORE UPDATE ON publications
WHEN NEW.id IS NOT OLD.id OR NEW.case_id IS NOT OLD.case_id OR NEW.account_id IS NOT OLD.account_id
  OR NEW.draft_id IS NOT OLD.draft_id OR NEW.text_sha256 IS NOT OLD.text_sha256
  OR NEW.approvals_required IS NOT OLD.approvals_required OR NEW.decision_kind IS NOT OLD.decision_kind
  OR NEW.decision_id IS NOT OLD.decision_id OR NEW.reviewer_id IS NOT OLD.reviewer_id
  OR NEW.second_decision_id IS NOT OLD.second_decision_id
  OR NEW.second_reviewer_id IS NOT OLD.second_reviewer_id OR NEW.idempotency_key IS NOT OLD.idempotency_key
  OR NEW.intended_at IS NOT OLD.intended_at OR NEW.attempts < OLD.attempts OR NEW.looks < OLD.looks
BEGIN SELECT RAISE(ABORT, 'what a publication publishes never changes'); END;

CREATE TRIGGER publications_move_forward BEFORE UPDATE ON publications
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ('intended>published',
  'intended>unconfirmed', 'intended>failed', 'unconfirmed>published', 'unconfirmed>failed',
  'published>retracted')
BEGIN SELECT RAISE(ABORT, 'a publication cannot go from that state to this one'); END;

CREATE TRIGGER publications_repeated_only_while_current BEFORE UPDATE ON publications
WHEN NEW.attempts > OLD.attempts AND NOT EXISTS (SELECT 1 FROM cases JOIN mentions
  ON mentions.id = cases.mention_id JOIN drafts ON drafts.id = NEW.draft_id WHERE cases.id = NEW.case_id
  AND cases.state = 'publishing' AND drafts.mention_version = mentions.version)
BEGIN SELECT RAISE(ABORT, 'a publication is tried again only while its case is claimed and the mention unedited'); END;

CREATE TRIGGER publications_kept BEFORE DELETE ON publications
BEGIN SELECT RAISE(ABORT, 'a publication is never removed'); END;

CREATE TRIGGER mentions_never_replaced BEFORE INSERT ON mentions
WHEN EXISTS (SELECT 1 FROM mentions WHERE id = NEW.id OR uri_sha256 = NEW.uri_sha256)
BEGIN SELECT RAISE(ABORT, 'a mention is stored once'); END;

CREATE TRIGGER mentions_keep_their_nature BEFORE UPDATE ON mentions
WHEN NEW.id IS NOT OLD.id OR NEW.uri_sha256 IS NOT OLD.uri_sha256 OR NEW.version < OLD.version
BEGIN SELECT RAISE(ABORT, 'what a mention is never changes, and its version only rises'); END;

CREATE TRIGGER mentions_kept BEFORE DELETE ON mentions
BEGIN SELECT RAISE(ABORT, 'a mention is never removed; its content may be blanked'); END;

CREATE TRIGGER evidence_never_replaced BEFORE INSERT ON mention_versions
WHEN NEW.version <> 1 + coalesce((SELECT max(version) FROM mention_versions WHERE mention_id = NEW.mention_id),
  0)
BEGIN SELECT RAISE(ABORT, 'the versions of a mention follow each other and stay'); END;

CREATE TRIGGER evidence_never_changed BEFORE UPDATE ON mention_versions
WHEN NEW.evidence IS NOT NULL OR NEW.judgement IS NOT NULL OR NEW.mention_id IS NOT OLD.mention_id
  OR NEW.version IS NOT OLD.version OR NEW.captured_at IS NOT OLD.captured_at OR NEW.digest IS NOT OLD.digest
  OR NEW.evidence_sha256 IS NOT OLD.evidence_sha256 OR NEW.judgement_sha256 IS NOT OLD.judgement_sha256
  OR NEW.kind IS NOT OLD.kind OR NEW.policy IS NOT OLD.policy OR NEW.severity IS NOT OLD.severity
  OR NEW.abusive IS NOT OLD.abusive
BEGIN SELECT RAISE(ABORT, 'evidence is never changed; it may only be blanked'); END;

CREATE TRIGGER evidence_kept BEFORE DELETE ON mention_versions
BEGIN SELECT RAISE(ABORT, 'evidence is never removed; it may only be blanked'); END;

CREATE TRIGGER audit_events_appended BEFORE INSERT ON audit_events
WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM audit_events WHERE stream = NEW.stream), 0) OR NEW.seq > 1
  AND NEW.prev <> (SELECT digest FROM audit_events WHERE stream = NEW.stream AND seq = NEW.seq - 1)
  OR EXISTS (SELECT 1 FROM audit_events WHERE prev = NEW.prev) OR EXISTS (SELECT 1 FROM audit_events
  WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'an audit event is only ever added at the end of its chain'); END;

CREATE TRIGGER audit_events_never_changed BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'an audit event is never changed'); END;

CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'an audit event is never removed'); END;

CREATE TRIGGER audit_heads_kept BEFORE DELETE ON audit_heads
BEGIN SELECT RAISE(ABORT, 'the end of a chain is never removed'); END;
