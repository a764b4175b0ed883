-- Calendar feeds: secret addresses by which somebody's calendar program reads the person's meetings and occasions.

CREATE TABLE calendar_feed (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    -- The organisation whose member the person is when the feed is read.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- What the person calls it, such as the name of the program.
    name text NOT NULL,
    -- SHA-256 of the secret in hexadecimal digits: the address itself is told once and kept nowhere.
    secret_digest text NOT NULL UNIQUE,
    created_at INSTANT NOT NULL,
    expires_at INSTANT NOT NULL
);
CREATE INDEX calendar_feed_person ON calendar_feed (person_id, created_at, id);
