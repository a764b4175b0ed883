-- Organisations, their names, units and contact points; persons and memberships.

CREATE TABLE organisation (
    id UUID PRIMARY KEY,
    kind text NOT NULL,
    name text NOT NULL,
    organisation_number text UNIQUE CHECK (length(organisation_number) = 10),
    county_code text REFERENCES county (code),
    municipality_code text UNIQUE REFERENCES municipality (code),
    website text,
    search_text text NOT NULL,
    sort_name SORTED_TEXT NOT NULL,
    partner_from INSTANT,
    partner_until INSTANT
);
CREATE INDEX organisation_county ON organisation (county_code);
-- The directory is read page by page in this order.
CREATE INDEX organisation_sort ON organisation (sort_name, id);

CREATE TABLE organisation_name (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    name text NOT NULL,
    valid_from text,
    valid_to text
);
CREATE INDEX organisation_name_organisation ON organisation_name (organisation_id);

CREATE TABLE organisation_unit (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    parent_id UUID REFERENCES organisation_unit (id),
    kind text NOT NULL,
    name text NOT NULL,
    valid_from text,
    valid_to text,
    sort_name SORTED_TEXT NOT NULL
);
CREATE INDEX organisation_unit_organisation ON organisation_unit (organisation_id, sort_name, id);
CREATE INDEX organisation_unit_parent ON organisation_unit (parent_id);

CREATE TABLE contact_point (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    function_name text NOT NULL,
    subject_area text,
    email text,
    phone text
);
CREATE INDEX contact_point_organisation ON contact_point (organisation_id);

CREATE TABLE person (
    id UUID PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    protected_identity boolean NOT NULL,
    search_name text NOT NULL,
    sort_name SORTED_TEXT NOT NULL
);

CREATE TABLE membership (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    person_id UUID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    issuer text,
    subject text,
    unit_id UUID REFERENCES organisation_unit (id),
    role text NOT NULL,
    staff_category text NOT NULL,
    active_from INSTANT NOT NULL,
    active_until INSTANT,
    UNIQUE (organisation_id, person_id),
    CHECK ((issuer IS NULL) = (subject IS NULL))
);
-- Who is asking is looked up by this at every request. What one organisation registers is none of another's
-- business, so the same subject may stand in several.
CREATE UNIQUE INDEX membership_identity ON membership (issuer, subject, organisation_id) WHERE active_until IS NULL;
CREATE INDEX membership_person ON membership (person_id);
