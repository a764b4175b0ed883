-- The joint training catalogue: programmes, trainings, occasions.

CREATE TABLE training_programme (
    id UUID PRIMARY KEY,
    title text NOT NULL,
    description text NOT NULL,
    number integer,
    county_code text REFERENCES county (code),
    period text,
    sharing text NOT NULL,
    sort_key SORTED_TEXT NOT NULL
);

CREATE TABLE programme_organiser (
    programme_id UUID NOT NULL REFERENCES training_programme (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (programme_id, organisation_id)
);
CREATE INDEX programme_organiser_organisation ON programme_organiser (organisation_id);

CREATE TABLE training (
    id UUID PRIMARY KEY,
    title text NOT NULL,
    description text NOT NULL,
    format text NOT NULL,
    status text NOT NULL,
    sharing text NOT NULL,
    county_code text REFERENCES county (code),
    accountable_organisation_id UUID NOT NULL REFERENCES organisation (id),
    programme_id UUID REFERENCES training_programme (id),
    qualifies_for text,
    url text,
    period text,
    published_at INSTANT,
    created_at INSTANT NOT NULL,
    updated_at INSTANT NOT NULL,
    version integer NOT NULL,
    search_text text NOT NULL,
    sort_title SORTED_TEXT NOT NULL,
    -- What is shared with a county says with which.
    CHECK (sharing <> 'COUNTY' OR county_code IS NOT NULL)
);
-- The catalogue is read page by page in these orders.
CREATE INDEX training_title ON training (sort_title, id);
CREATE INDEX training_published ON training (published_at, id);
CREATE INDEX training_county ON training (county_code);
CREATE INDEX training_programme_id ON training (programme_id);

CREATE TABLE training_organiser (
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    confirmed_at INSTANT,
    sees_participants boolean NOT NULL,
    PRIMARY KEY (training_id, organisation_id)
);
-- "The trainings that my organisation gives" stands in every access rule.
CREATE INDEX training_organiser_organisation ON training_organiser (organisation_id, training_id);

CREATE TABLE training_subject (
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    subject_area text NOT NULL,
    PRIMARY KEY (training_id, subject_area)
);

CREATE TABLE training_audience (
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    audience text NOT NULL,
    PRIMARY KEY (training_id, audience)
);

CREATE TABLE training_share (
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (training_id, organisation_id)
);
CREATE INDEX training_share_organisation ON training_share (organisation_id, training_id);

CREATE TABLE training_participant_organisation (
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (training_id, organisation_id)
);

CREATE TABLE reported_completion (
    id UUID PRIMARY KEY,
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    count integer CHECK (count >= 0),
    as_of text,
    cumulative boolean NOT NULL,
    note text,
    -- A number that is not known is explained, never guessed.
    CHECK (count IS NOT NULL OR note IS NOT NULL)
);
CREATE INDEX reported_completion_training ON reported_completion (training_id);

CREATE TABLE training_occasion (
    id UUID PRIMARY KEY,
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    status text NOT NULL,
    period text,
    time_zone text NOT NULL,
    starts_at INSTANT NOT NULL,
    ends_at INSTANT NOT NULL,
    venue_name text,
    venue_address text,
    online_url text,
    capacity integer NOT NULL,
    taken integer NOT NULL DEFAULT 0,
    waiting integer NOT NULL DEFAULT 0,
    movements integer NOT NULL DEFAULT 0,
    sign_up_opens_at INSTANT,
    sign_up_closes_at INSTANT,
    cancelled_at INSTANT,
    cancellation_reason text,
    version integer NOT NULL,
    -- The last belt: no bug can sell a seat twice.
    CHECK (capacity >= 0 AND taken BETWEEN 0 AND capacity AND waiting >= 0),
    CHECK (ends_at > starts_at)
);
-- The next occasions of a page of trainings, and the trainings of a period.
CREATE INDEX training_occasion_training ON training_occasion (training_id, starts_at);
CREATE INDEX training_occasion_starts ON training_occasion (starts_at);

CREATE TABLE time_block (
    occasion_id UUID NOT NULL REFERENCES training_occasion (id) ON DELETE CASCADE,
    position integer NOT NULL,
    starts_at INSTANT NOT NULL,
    ends_at INSTANT NOT NULL,
    PRIMARY KEY (occasion_id, position),
    CHECK (ends_at > starts_at)
);
