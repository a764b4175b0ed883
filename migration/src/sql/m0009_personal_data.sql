-- Personal data: for how long what is kept, who has been erased, and what the retention job did.

CREATE TABLE retention_rule (
    organisation_id UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    kind text NOT NULL,
    months integer NOT NULL CHECK (months BETWEEN 1 AND 1200),
    -- What it rests on: the number of the retention decision.
    decision text,
    set_at INSTANT NOT NULL,
    PRIMARY KEY (organisation_id, kind)
);

-- What must be done again after a restore from an older backup.
CREATE TABLE erasure (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- No reference: a log that is replayed may speak of somebody whom an older backup does not hold.
    person_id UUID NOT NULL,
    cause text NOT NULL,
    decision text,
    request_id text NOT NULL,
    at INSTANT NOT NULL,
    sign_ups_withdrawn integer NOT NULL CHECK (sign_ups_withdrawn >= 0),
    needs_erased integer NOT NULL CHECK (needs_erased >= 0),
    -- Nobody is erased twice, whatever happens at the same time.
    UNIQUE (organisation_id, person_id)
);
CREATE INDEX erasure_organisation ON erasure (organisation_id, at);

CREATE TABLE retention_run (
    id UUID PRIMARY KEY,
    -- The day that it is the daily run of; null for a run that the operator asked for.
    day text UNIQUE,
    started_at INSTANT NOT NULL,
    -- Null while it runs, and for one that was interrupted: the next run goes on.
    finished_at INSTANT
);

CREATE TABLE retention_action (
    id UUID PRIMARY KEY,
    run_id UUID NOT NULL REFERENCES retention_run (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    kind text NOT NULL,
    months integer NOT NULL,
    records integer NOT NULL CHECK (records > 0),
    at INSTANT NOT NULL
);
CREATE INDEX retention_action_organisation ON retention_action (organisation_id, at);
CREATE INDEX retention_action_run ON retention_action (run_id);

-- The entries about a sign-up lose the name with it.
CREATE INDEX audit_entry_subject ON audit_entry (subject);
-- Sought when somebody is erased.
CREATE INDEX audit_entry_actor ON audit_entry (actor_id);
CREATE INDEX seat_movement_actor ON seat_movement (actor_id);
CREATE INDEX sign_up_created_by ON sign_up (created_by);
