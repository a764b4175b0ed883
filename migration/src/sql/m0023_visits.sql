-- Visits: an organisation can be invited to inform, inspire and challenge.

CREATE TABLE outreach_offer (
    organisation_id UUID PRIMARY KEY REFERENCES organisation (id),
    description text NOT NULL,
    -- Whether visits can be asked for now.
    is_open boolean NOT NULL,
    since text,
    -- How many visits have been made, where that is known; else what is known of it.
    visits_made integer CHECK (visits_made >= 0),
    visits_note text,
    updated_at INSTANT NOT NULL,
    version integer NOT NULL
);

CREATE TABLE outreach_offer_purpose (
    organisation_id UUID NOT NULL REFERENCES outreach_offer (organisation_id) ON DELETE CASCADE,
    purpose text NOT NULL,
    PRIMARY KEY (organisation_id, purpose)
);

CREATE TABLE outreach_visit (
    id UUID PRIMARY KEY,
    -- Who comes.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    requested_by_organisation_id UUID NOT NULL REFERENCES organisation (id),
    status text NOT NULL,
    -- For whom it is, and what is wished for.
    wishes text NOT NULL,
    preferred_from text,
    preferred_to text,
    -- What was agreed: the day, the instant where it was named, and the place.
    agreed_day date,
    starts_at INSTANT,
    place text,
    held_on date,
    -- Why it was declined or cancelled.
    reason text,
    cancelled_by_organisation_id UUID REFERENCES organisation (id),
    created_at INSTANT NOT NULL,
    updated_at INSTANT NOT NULL,
    CHECK (organisation_id <> requested_by_organisation_id),
    CHECK ((status IN ('ACCEPTED', 'HELD', 'CANCELLED')) = (agreed_day IS NOT NULL)),
    CHECK ((status = 'HELD') = (held_on IS NOT NULL)),
    CHECK ((status IN ('DECLINED', 'CANCELLED')) = (reason IS NOT NULL)),
    CHECK ((status = 'CANCELLED') = (cancelled_by_organisation_id IS NOT NULL))
);
CREATE INDEX outreach_visit_organisation ON outreach_visit (organisation_id, created_at, id);
CREATE INDEX outreach_visit_requested_by ON outreach_visit (requested_by_organisation_id, created_at, id);

CREATE TABLE outreach_visit_purpose (
    visit_id UUID NOT NULL REFERENCES outreach_visit (id) ON DELETE CASCADE,
    purpose text NOT NULL,
    PRIMARY KEY (visit_id, purpose)
);
