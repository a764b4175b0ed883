-- Initiatives: development work, working models and agreements that organisations have together, kept by one of them.

CREATE TABLE initiative (
    id UUID PRIMARY KEY,
    -- A short name by which its keeper and others refer to it.
    code text,
    kind text NOT NULL,
    level text NOT NULL,
    county_code text REFERENCES county (code),
    name text NOT NULL,
    description text NOT NULL,
    -- Who keeps the entry.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    status text NOT NULL,
    valid_from text,
    valid_to text,
    -- The number of the agreement in the keeper's register.
    registration_number text,
    -- Who answers questions, as a function; a person stands in initiative_contact.
    contact_function text,
    -- ORGANISATION: the keeper and the parties.
    sharing text NOT NULL,
    created_at INSTANT NOT NULL,
    updated_at INSTANT NOT NULL,
    version integer NOT NULL,
    search_text text NOT NULL,
    sort_name SORTED_TEXT NOT NULL,
    CHECK (sharing <> 'COUNTY' OR county_code IS NOT NULL)
);
CREATE INDEX initiative_sort ON initiative (sort_name, id);
CREATE INDEX initiative_keeper ON initiative (organisation_id, sort_name, id);
CREATE UNIQUE INDEX initiative_code ON initiative (organisation_id, code) WHERE code IS NOT NULL;

-- With whom it is shared by name.
CREATE TABLE initiative_share (
    initiative_id UUID NOT NULL REFERENCES initiative (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (initiative_id, organisation_id)
);
CREATE INDEX initiative_share_organisation ON initiative_share (organisation_id, initiative_id);

-- Who takes part: an organisation of the directory or, where a source names none, words.
CREATE TABLE initiative_party (
    id UUID PRIMARY KEY,
    initiative_id UUID NOT NULL REFERENCES initiative (id) ON DELETE CASCADE,
    position integer NOT NULL,
    organisation_id UUID REFERENCES organisation (id),
    name text,
    -- How many the words stand for, if a source says so.
    number integer CHECK (number > 0),
    note text,
    since text,
    until text,
    -- The first day on which it is a party no more: the day after the last one that `until` could mean.
    ends_on date,
    CHECK ((organisation_id IS NULL) <> (name IS NULL)),
    CHECK (number IS NULL OR name IS NOT NULL)
);
CREATE UNIQUE INDEX initiative_party_position ON initiative_party (initiative_id, position);
-- "The initiatives that my organisation is a party to" stands in the access rules.
CREATE UNIQUE INDEX initiative_party_organisation ON initiative_party (organisation_id, initiative_id) WHERE organisation_id IS NOT NULL;

-- What it is made of: a group, a type of role, a training programme, or something that is none of these.
CREATE TABLE initiative_part (
    initiative_id UUID NOT NULL REFERENCES initiative (id) ON DELETE CASCADE,
    position integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    group_id UUID REFERENCES collaboration_group (id),
    role_type_id UUID REFERENCES role_type (id),
    programme_id UUID REFERENCES training_programme (id),
    PRIMARY KEY (initiative_id, position),
    CHECK (group_id IS NULL OR kind = 'GROUP'),
    CHECK (role_type_id IS NULL OR kind = 'ROLE_TYPE'),
    CHECK (programme_id IS NULL OR kind = 'TRAINING_PROGRAMME')
);

-- Who of the keeper answers for it.
CREATE TABLE initiative_contact (
    initiative_id UUID PRIMARY KEY REFERENCES initiative (id) ON DELETE CASCADE,
    -- The keeper.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    person_id UUID NOT NULL REFERENCES person (id),
    name_published boolean NOT NULL
);
CREATE INDEX initiative_contact_person ON initiative_contact (person_id, initiative_id);

-- What the keeper and the parties do in it.
CREATE TABLE initiative_activity (
    id UUID PRIMARY KEY,
    initiative_id UUID NOT NULL REFERENCES initiative (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    title text NOT NULL,
    description text NOT NULL,
    status text NOT NULL,
    begins text,
    ends text,
    created_at INSTANT NOT NULL,
    updated_at INSTANT NOT NULL,
    version integer NOT NULL,
    -- The first day on which it could begin, then the title: those without a day come last.
    sort_key SORTED_TEXT NOT NULL
);
CREATE INDEX initiative_activity_initiative ON initiative_activity (initiative_id, sort_key, id);

-- Which organisations an initiative is of: the keeper, and the parties of the directory with the day on which they end.
CREATE VIEW initiative_organisation AS
SELECT
    kept.id AS id, kept.id AS initiative_id, kept.organisation_id AS organisation_id, kept.sort_name AS sort_name,
    CAST(NULL AS date) AS ends_on
FROM initiative AS kept
UNION ALL
SELECT party.id, party.initiative_id, party.organisation_id, joined.sort_name, party.ends_on
FROM initiative_party AS party
JOIN initiative AS joined ON joined.id = party.initiative_id
WHERE party.organisation_id IS NOT NULL AND party.organisation_id <> joined.organisation_id;
