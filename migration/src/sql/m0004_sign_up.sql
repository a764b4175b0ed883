-- Seats: quotas, sign-ups, and the ledger that the counters must agree with.

CREATE TABLE seat_quota (
    occasion_id UUID NOT NULL REFERENCES training_occasion (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    guaranteed integer NOT NULL DEFAULT 0,
    maximum integer,
    release_at INSTANT,
    taken integer NOT NULL DEFAULT 0,
    PRIMARY KEY (occasion_id, organisation_id),
    -- The last belt: no bug can give an organisation more than its maximum.
    CHECK (taken >= 0 AND guaranteed >= 0),
    CHECK (maximum IS NULL OR (taken <= maximum AND guaranteed <= maximum))
);

CREATE TABLE sign_up (
    id UUID PRIMARY KEY,
    occasion_id UUID NOT NULL REFERENCES training_occasion (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- Null while the seat is held without a name.
    person_id UUID REFERENCES person (id),
    -- Who takes seats together, or waits for them as one.
    party_id UUID,
    status text NOT NULL,
    number integer NOT NULL,
    reason text,
    created_at INSTANT NOT NULL,
    created_by UUID REFERENCES person (id),
    confirmed_at INSTANT,
    ended_at INSTANT,
    UNIQUE (occasion_id, number)
);
-- Nobody holds two places at one occasion, whatever happens at the same time.
CREATE UNIQUE INDEX sign_up_once ON sign_up (occasion_id, person_id) WHERE status IN ('CONFIRMED', 'WAITLISTED');
CREATE INDEX sign_up_person ON sign_up (person_id);
CREATE INDEX sign_up_organisation ON sign_up (organisation_id, occasion_id);

CREATE TABLE participant_need (
    sign_up_id UUID PRIMARY KEY REFERENCES sign_up (id) ON DELETE CASCADE,
    need text NOT NULL
);

CREATE TABLE seat_movement (
    occasion_id UUID NOT NULL REFERENCES training_occasion (id),
    number integer NOT NULL CHECK (number > 0),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    sign_up_id UUID NOT NULL REFERENCES sign_up (id),
    cause text NOT NULL,
    seats integer NOT NULL,
    waiting integer NOT NULL,
    reason text,
    at INSTANT NOT NULL,
    actor_id UUID REFERENCES person (id),
    PRIMARY KEY (occasion_id, number)
);
CREATE INDEX seat_movement_sign_up ON seat_movement (sign_up_id);
