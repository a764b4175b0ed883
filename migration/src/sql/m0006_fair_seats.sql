-- Offers, quotas for kinds of organisations, stepwise opening, and a ledger that explains itself.

ALTER TABLE training_occasion ADD COLUMN promotion text NOT NULL DEFAULT 'DIRECT';
-- Stays when the organiser goes back to direct promotion: offers that were made keep their deadlines.
ALTER TABLE training_occasion ADD COLUMN offer_working_hours integer CHECK (offer_working_hours BETWEEN 1 AND 400);
-- Tell whether the rows below exist, so that most occasions need not ask.
ALTER TABLE training_occasion ADD COLUMN shares_by_kind boolean NOT NULL DEFAULT FALSE;
ALTER TABLE training_occasion ADD COLUMN opens_stepwise boolean NOT NULL DEFAULT FALSE;
-- The digest of the latest terms in seat_terms.
ALTER TABLE training_occasion ADD COLUMN terms text;

ALTER TABLE sign_up ADD COLUMN offer_expires_at INSTANT;
DROP INDEX sign_up_once;
CREATE UNIQUE INDEX sign_up_once ON sign_up (occasion_id, person_id)
    WHERE status IN ('CONFIRMED', 'WAITLISTED', 'OFFERED');
CREATE INDEX sign_up_offer ON sign_up (offer_expires_at) WHERE status = 'OFFERED';

-- With whom the seats were taken or waited for, and for whom: what the order in line depends on.
ALTER TABLE seat_movement ADD COLUMN party_id UUID;
ALTER TABLE seat_movement ADD COLUMN organisation_kind text;

CREATE TABLE kind_quota (
    occasion_id UUID NOT NULL REFERENCES training_occasion (id) ON DELETE CASCADE,
    organisation_kind text NOT NULL,
    guaranteed integer NOT NULL DEFAULT 0,
    maximum integer,
    release_at INSTANT,
    taken integer NOT NULL DEFAULT 0,
    PRIMARY KEY (occasion_id, organisation_kind),
    CHECK (taken >= 0 AND guaranteed >= 0),
    CHECK (maximum IS NULL OR (taken <= maximum AND guaranteed <= maximum))
);

CREATE TABLE sign_up_opening (
    occasion_id UUID NOT NULL REFERENCES training_occasion (id) ON DELETE CASCADE,
    position integer NOT NULL,
    opens_at INSTANT NOT NULL,
    organisation_kind text,
    audience text,
    PRIMARY KEY (occasion_id, position),
    -- An earlier opening for nobody in particular would be an opening for all.
    CHECK (organisation_kind IS NOT NULL OR audience IS NOT NULL)
);

-- What was agreed while movements were made: the terms hold for the movements with higher numbers.
CREATE TABLE seat_terms (
    occasion_id UUID NOT NULL REFERENCES training_occasion (id) ON DELETE CASCADE,
    number integer NOT NULL CHECK (number >= 0),
    at INSTANT NOT NULL,
    terms text NOT NULL,
    PRIMARY KEY (occasion_id, number)
);
