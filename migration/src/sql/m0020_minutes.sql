-- Minutes of meetings: every saved text is kept; two people who were there verify one; then it is sealed.

-- One edition of a meeting's minutes. A correction is a further edition, with a verification of its own.
CREATE TABLE meeting_minutes (
    id UUID PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meeting (id),
    -- The group whose meeting it is: never changes, and is what the rules ask for.
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    edition integer NOT NULL CHECK (edition >= 1),
    -- When the meeting began, as its minutes say.
    held_at INSTANT NOT NULL,
    status text NOT NULL,
    -- The current text, and the number of its version.
    body text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    -- Who was there, a line each, as it was read when the minutes were put up for verification.
    attendance text NOT NULL,
    -- The SHA-256 of the canonical form, in hexadecimal digits; there is one when both have verified.
    seal text,
    sealed_at INSTANT,
    created_at INSTANT NOT NULL,
    updated_at INSTANT NOT NULL,
    CHECK ((status = 'VERIFIED') = (seal IS NOT NULL)),
    CHECK ((seal IS NULL) = (sealed_at IS NULL))
);
CREATE UNIQUE INDEX meeting_minutes_edition ON meeting_minutes (meeting_id, edition);
-- The last belt: one edition is being written at a time.
CREATE UNIQUE INDEX meeting_minutes_open ON meeting_minutes (meeting_id) WHERE status <> 'VERIFIED';
CREATE INDEX meeting_minutes_group ON meeting_minutes (group_id);

-- A text as somebody saved it.
CREATE TABLE minutes_version (
    id UUID PRIMARY KEY,
    minutes_id UUID NOT NULL REFERENCES meeting_minutes (id),
    number integer NOT NULL CHECK (number >= 1),
    body text NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- None: a service did.
    author_id UUID REFERENCES person (id),
    written_at INSTANT NOT NULL
);
CREATE UNIQUE INDEX minutes_version_number ON minutes_version (minutes_id, number);
CREATE INDEX minutes_version_author ON minutes_version (author_id);

-- Somebody who was there and is to verify the text that is up for it.
CREATE TABLE minutes_verifier (
    id UUID PRIMARY KEY,
    minutes_id UUID NOT NULL REFERENCES meeting_minutes (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    person_id UUID NOT NULL REFERENCES person (id),
    -- How the sealed minutes name the verifier.
    line text NOT NULL,
    named_at INSTANT NOT NULL,
    verified_at INSTANT
);
CREATE UNIQUE INDEX minutes_verifier_once ON minutes_verifier (minutes_id, person_id);
CREATE INDEX minutes_verifier_person ON minutes_verifier (person_id);
