-- Roles that people are appointed to, who is appointed, and how far the organisations are covered by them.

CREATE TABLE role_type (
    id UUID PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name_sv text NOT NULL,
    name_en text NOT NULL,
    description text NOT NULL,
    -- How a source spells it, where that differs.
    source_spelling text,
    -- Whether an organisation has one holder at a time, as of a strategist for the whole of it.
    one_at_a_time boolean NOT NULL,
    sort_name SORTED_TEXT NOT NULL
);

-- Since when there is such a role, which differs from organisation to organisation.
CREATE TABLE role_introduction (
    id UUID PRIMARY KEY,
    role_type_id UUID NOT NULL REFERENCES role_type (id),
    -- One of the two: in one organisation, or in a county's organisations.
    organisation_id UUID REFERENCES organisation (id),
    county_code text REFERENCES county (code),
    since text,
    note text,
    CHECK ((organisation_id IS NULL) <> (county_code IS NULL))
);
CREATE UNIQUE INDEX role_introduction_organisation ON role_introduction (role_type_id, organisation_id) WHERE organisation_id IS NOT NULL;
CREATE UNIQUE INDEX role_introduction_county ON role_introduction (role_type_id, county_code) WHERE county_code IS NOT NULL;

-- Which trainings a role needs, in one organisation or in all of a county's.
CREATE TABLE role_training (
    id UUID PRIMARY KEY,
    role_type_id UUID NOT NULL REFERENCES role_type (id),
    training_id UUID NOT NULL REFERENCES training (id),
    organisation_id UUID REFERENCES organisation (id),
    county_code text REFERENCES county (code),
    CHECK ((organisation_id IS NULL) <> (county_code IS NULL))
);
CREATE UNIQUE INDEX role_training_organisation ON role_training (role_type_id, organisation_id, training_id) WHERE organisation_id IS NOT NULL;
CREATE UNIQUE INDEX role_training_county ON role_training (role_type_id, county_code, training_id) WHERE county_code IS NOT NULL;
-- Whose appointments a new completion may make trained.
CREATE INDEX role_training_training ON role_training (training_id);

-- How many have a role, where a source tells no more than that, or not even the number.
CREATE TABLE role_headcount (
    id UUID PRIMARY KEY,
    role_type_id UUID NOT NULL REFERENCES role_type (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- Null: the source says that there are some, and not how many. Never guessed.
    value integer CHECK (value >= 0),
    note text,
    as_of text,
    CHECK (value IS NOT NULL OR note IS NOT NULL),
    UNIQUE (role_type_id, organisation_id)
);
CREATE INDEX role_headcount_organisation ON role_headcount (organisation_id);

-- Where a unit lies, and on which days it counts: those of its validity, from the first day that it could have begun.
ALTER TABLE organisation_unit ADD COLUMN municipality_code text REFERENCES municipality (code);
ALTER TABLE organisation_unit ADD COLUMN from_day date;
-- The first day on which the unit is no more.
ALTER TABLE organisation_unit ADD COLUMN until_day date;

-- Which unit took over from which: a split has one predecessor and several successors, a merger the other way round.
CREATE TABLE unit_succession (
    predecessor_id UUID NOT NULL REFERENCES organisation_unit (id),
    successor_id UUID NOT NULL REFERENCES organisation_unit (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    on_day date NOT NULL,
    PRIMARY KEY (predecessor_id, successor_id),
    CHECK (predecessor_id <> successor_id)
);
CREATE INDEX unit_succession_successor ON unit_succession (successor_id);

-- Who manages a unit, and so confirms its appointments.
CREATE TABLE unit_manager (
    id UUID PRIMARY KEY,
    unit_id UUID NOT NULL REFERENCES organisation_unit (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    person_id UUID NOT NULL REFERENCES person (id),
    from_day date NOT NULL,
    -- The first day on which the person no longer manages it; null: until further notice.
    until_day date,
    recorded_at INSTANT NOT NULL,
    recorded_by UUID REFERENCES person (id),
    CHECK (until_day IS NULL OR until_day >= from_day)
);
-- One unit has one manager until further notice.
CREATE UNIQUE INDEX unit_manager_open ON unit_manager (unit_id) WHERE until_day IS NULL;
-- "The units that I manage" stands in the access rules.
CREATE INDEX unit_manager_person ON unit_manager (person_id, organisation_id);
CREATE INDEX unit_manager_organisation ON unit_manager (organisation_id);

CREATE TABLE appointment (
    id UUID PRIMARY KEY,
    role_type_id UUID NOT NULL REFERENCES role_type (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- The organisation's county, so that the rules need not look it up.
    county_code text REFERENCES county (code),
    unit_id UUID REFERENCES organisation_unit (id),
    -- Null where only the function is known.
    person_id UUID REFERENCES person (id),
    status text NOT NULL,
    -- How far it is shared that this organisation has somebody in this role; a name only if it is published.
    sharing text NOT NULL,
    name_published boolean NOT NULL,
    -- How to reach the function: never a person's own address.
    function_address text,
    -- By which decision, as its organisation refers to it.
    decision text,
    decline_reason text,
    from_day date NOT NULL,
    -- The first day on which the person no longer has the role; null: until further notice.
    until_day date,
    -- Since when, as roughly as a source has it; from_day is then the first day that it could have been.
    since text,
    proposed_at INSTANT NOT NULL,
    proposed_by UUID REFERENCES person (id),
    confirmed_at INSTANT,
    confirmed_by UUID REFERENCES person (id),
    CHECK (until_day IS NULL OR until_day >= from_day),
    CHECK (person_id IS NOT NULL OR NOT name_published)
);
CREATE INDEX appointment_organisation ON appointment (organisation_id, role_type_id, from_day, id);
CREATE INDEX appointment_role ON appointment (role_type_id, county_code, from_day, id);
CREATE INDEX appointment_unit ON appointment (unit_id, role_type_id);
CREATE INDEX appointment_from ON appointment (from_day, id);
-- "The roles that I have" stands in the access rules.
CREATE INDEX appointment_person ON appointment (person_id, role_type_id);

-- When somebody who is appointed has all the trainings that the role needs. It names nobody and stays when completions
-- are disposed of, so that coverage of the past is not rewritten.
CREATE TABLE appointment_trained (
    appointment_id UUID NOT NULL REFERENCES appointment (id) ON DELETE CASCADE,
    from_day date NOT NULL,
    until_day date,
    PRIMARY KEY (appointment_id, from_day)
);

-- What an organisation, or a county, aims at. Rows are closed and never changed: the history stays.
CREATE TABLE coverage_aim (
    id UUID PRIMARY KEY,
    role_type_id UUID NOT NULL REFERENCES role_type (id),
    -- Who has set it; the aim is for this organisation, unless it names the county.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- The organisation's county, for what is shared with it.
    county_code text REFERENCES county (code),
    for_county boolean NOT NULL,
    counted_by text NOT NULL,
    -- How many are to be covered; null: all of them.
    target integer CHECK (target > 0),
    -- As its source has it.
    statement text,
    sharing text NOT NULL,
    -- Null: since a day that is not known.
    from_day date,
    until_day date,
    set_at INSTANT NOT NULL,
    set_by UUID REFERENCES person (id),
    CHECK (NOT for_county OR county_code IS NOT NULL)
);
CREATE UNIQUE INDEX coverage_aim_open ON coverage_aim (organisation_id, role_type_id, for_county, counted_by) WHERE until_day IS NULL;
CREATE INDEX coverage_aim_county ON coverage_aim (county_code, role_type_id) WHERE for_county;

-- Which kinds of units are to be covered; none of these: all of them.
CREATE TABLE coverage_aim_kind (
    aim_id UUID NOT NULL REFERENCES coverage_aim (id) ON DELETE CASCADE,
    unit_kind text NOT NULL,
    PRIMARY KEY (aim_id, unit_kind)
);

-- Maintained counters of coverage: by how much the number of covered and of trained places changes. The number on any
-- day is the sum of the years before its year, the months of that year before its month, and the days of that month
-- until the day: a few dozen rows however many units there are, and no job is needed when a day comes.
CREATE TABLE coverage_step (
    role_type_id UUID NOT NULL REFERENCES role_type (id),
    -- The id of an organisation, such an id with a municipality's code, or the code of a county or a municipality.
    scope SORTED_TEXT NOT NULL,
    -- A kind of unit, or ORGANISATION for the municipality as a whole.
    place SORTED_TEXT NOT NULL,
    grain SORTED_TEXT NOT NULL,
    -- The first day of the year or month, or the day.
    day date NOT NULL,
    covered integer NOT NULL,
    trained integer NOT NULL,
    PRIMARY KEY (role_type_id, scope, grain, day, place)
);

-- The same for the number of units.
CREATE TABLE unit_step (
    scope SORTED_TEXT NOT NULL,
    place SORTED_TEXT NOT NULL,
    grain SORTED_TEXT NOT NULL,
    day date NOT NULL,
    units integer NOT NULL,
    PRIMARY KEY (scope, grain, day, place)
);
