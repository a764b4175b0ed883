-- Decisions with numbers, actions that organisations take on, and extracts of minutes.

-- What a group has decided. No row is ever removed, so that numbers have no gaps.
CREATE TABLE decision (
    id UUID PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    meeting_id UUID NOT NULL REFERENCES meeting (id),
    -- The item of the agenda that it answers.
    item_id UUID REFERENCES agenda_item (id),
    -- The year of the meeting's day there, and the number within group and year, from 1.
    year integer NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    title text NOT NULL,
    body text NOT NULL,
    -- When the meeting began.
    decided_at INSTANT NOT NULL,
    -- When minutes that hold it were sealed first: it never changes after that, and may be shared beyond the members.
    verified_at INSTANT,
    created_at INSTANT NOT NULL,
    updated_at INSTANT NOT NULL,
    version integer NOT NULL,
    search_text text NOT NULL
);
-- The last belt: a number is given once.
CREATE UNIQUE INDEX decision_number ON decision (group_id, year, number);
CREATE INDEX decision_group ON decision (group_id, decided_at, id);
CREATE INDEX decision_decided ON decision (decided_at, id);
CREATE INDEX decision_meeting ON decision (meeting_id, year, number);
CREATE INDEX decision_item ON decision (item_id);

-- The next number is counted from the rows themselves, so that a late entry of last year's meeting gets last year's.
ALTER TABLE collaboration_group DROP COLUMN decision_year;
ALTER TABLE collaboration_group DROP COLUMN decision_number;

-- The decisions that stand in an edition, as they were read when it was put up for verification: a JSON array. Null:
-- put up before decisions had numbers; its sealed form is the first one.
ALTER TABLE meeting_minutes ADD COLUMN decisions text;

-- Something that an organisation has been asked to do.
CREATE TABLE group_action (
    id UUID PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    -- Where it was agreed.
    meeting_id UUID REFERENCES meeting (id),
    decision_id UUID REFERENCES decision (id),
    -- Who is to do it.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    title text NOT NULL,
    description text NOT NULL,
    due_on date,
    status text NOT NULL,
    -- Why it was declined or called off.
    reason text,
    assigned_at INSTANT NOT NULL,
    answered_at INSTANT,
    -- When it was done, declined or called off; null while it is open.
    ended_at INSTANT,
    -- When its organisation was last reminded.
    reminded_at INSTANT,
    updated_at INSTANT NOT NULL,
    version integer NOT NULL,
    CHECK ((ended_at IS NULL) = (status IN ('ASSIGNED', 'ACCEPTED')))
);
CREATE INDEX group_action_group ON group_action (group_id, assigned_at, id);
CREATE INDEX group_action_organisation ON group_action (organisation_id, assigned_at, id);
CREATE INDEX group_action_decision ON group_action (decision_id);
CREATE INDEX group_action_due ON group_action (due_on) WHERE ended_at IS NULL;

-- What the organisation has said of how it goes.
CREATE TABLE action_report (
    id UUID PRIMARY KEY,
    action_id UUID NOT NULL REFERENCES group_action (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- None: a service did.
    author_id UUID REFERENCES person (id),
    body text NOT NULL,
    reported_at INSTANT NOT NULL
);
CREATE INDEX action_report_action ON action_report (action_id, reported_at, id);
CREATE INDEX action_report_author ON action_report (author_id);

-- An extract of verified minutes ("Utdrag till"): whatever stands in it stood in them word for word.
CREATE TABLE minutes_extract (
    id UUID PRIMARY KEY,
    minutes_id UUID NOT NULL REFERENCES meeting_minutes (id),
    meeting_id UUID NOT NULL REFERENCES meeting (id),
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    -- How it is headed, for those who see neither group nor meeting.
    group_name text NOT NULL,
    held_at INSTANT NOT NULL,
    -- The passage of the text; empty: decisions only.
    body text NOT NULL,
    -- The decisions, as they stand in the minutes: a JSON array.
    decisions text NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    sent_by UUID REFERENCES person (id),
    sent_at INSTANT NOT NULL
);
CREATE INDEX minutes_extract_minutes ON minutes_extract (minutes_id, sent_at, id);
CREATE INDEX minutes_extract_group ON minutes_extract (group_id);
CREATE INDEX minutes_extract_sent_by ON minutes_extract (sent_by);

-- For whom an extract is: an organisation, or another group such as a board.
CREATE TABLE extract_recipient (
    id UUID PRIMARY KEY,
    extract_id UUID NOT NULL REFERENCES minutes_extract (id),
    organisation_id UUID REFERENCES organisation (id),
    group_id UUID REFERENCES collaboration_group (id),
    sent_at INSTANT NOT NULL,
    -- The receipt.
    received_at INSTANT,
    received_by UUID REFERENCES person (id),
    receiving_organisation_id UUID REFERENCES organisation (id),
    CHECK ((organisation_id IS NULL) <> (group_id IS NULL)),
    CHECK ((received_at IS NULL) = (receiving_organisation_id IS NULL))
);
CREATE UNIQUE INDEX extract_recipient_organisation ON extract_recipient (organisation_id, extract_id) WHERE organisation_id IS NOT NULL;
CREATE UNIQUE INDEX extract_recipient_group ON extract_recipient (group_id, extract_id) WHERE group_id IS NOT NULL;
CREATE INDEX extract_recipient_extract ON extract_recipient (extract_id);
CREATE INDEX extract_recipient_received_by ON extract_recipient (received_by);

-- The actions that are open when a meeting begins: what is to be followed up at it.
CREATE VIEW meeting_action AS
SELECT
    due.id AS id, meeting.id AS meeting_id, due.group_id AS group_id, due.organisation_id AS organisation_id,
    due.assigned_at AS assigned_at
FROM meeting
JOIN group_action AS due
    ON due.group_id = meeting.group_id
    AND due.assigned_at < meeting.starts_at
    AND (due.ended_at IS NULL OR due.ended_at >= meeting.starts_at);
