-- What people are to be told: the outbox, and what an organiser changed when it moved an occasion.

-- One change of when and where. Times are intervals as ISO 8601 writes them, in UTC, with a space between two.
CREATE TABLE occasion_move (
    id UUID PRIMARY KEY,
    occasion_id UUID NOT NULL REFERENCES training_occasion (id) ON DELETE CASCADE,
    at INSTANT NOT NULL,
    from_times text NOT NULL,
    from_venue_name text,
    from_venue_address text,
    from_online_url text,
    to_times text NOT NULL,
    to_venue_name text,
    to_venue_address text,
    to_online_url text
);
CREATE INDEX occasion_move_occasion ON occasion_move (occasion_id);

-- A row is written in the transaction that does what it tells of, and delivered later, at least once, under its id.
-- It holds ids only: whoever delivers it looks up what the recipient may know at that moment.
CREATE TABLE notice (
    id UUID PRIMARY KEY,
    kind text NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- Null: for the organisation's coordinators, as with a seat that is held without a name.
    person_id UUID REFERENCES person (id),
    occasion_id UUID NOT NULL REFERENCES training_occasion (id),
    sign_up_id UUID REFERENCES sign_up (id),
    move_id UUID REFERENCES occasion_move (id),
    other_occasion_id UUID REFERENCES training_occasion (id),
    collides boolean NOT NULL DEFAULT FALSE,
    reason text,
    created_at INSTANT NOT NULL,
    delivered_at INSTANT
);
-- One's own notices and an organisation's are read page by page, latest first.
CREATE INDEX notice_organisation ON notice (organisation_id, created_at, id);
CREATE INDEX notice_person ON notice (person_id, created_at, id);
-- What waits for delivery, oldest first; it stays small however many have been delivered.
CREATE INDEX notice_waiting ON notice (created_at, id) WHERE delivered_at IS NULL;
CREATE INDEX notice_delivered ON notice (delivered_at) WHERE delivered_at IS NOT NULL;
