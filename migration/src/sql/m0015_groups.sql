-- Groups: strategy groups, networks, councils, forums; their seats, who sits on them, and who has joined.

-- "group" is a word of SQL's own, so the table has another name.
CREATE TABLE collaboration_group (
    id UUID PRIMARY KEY,
    kind text NOT NULL,
    level text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    county_code text REFERENCES county (code),
    parent_id UUID REFERENCES collaboration_group (id),
    -- How far name, purposes, organisations and seats are shared; then dates of meetings, and what has been verified.
    -- None of the latter two: with its members only.
    sharing text NOT NULL,
    meetings_sharing text,
    decisions_sharing text,
    -- A network that fills itself: everybody with an active appointment to this role is a member, in one organisation
    -- or, where none is named, in the organisations of the county.
    role_type_id UUID REFERENCES role_type (id),
    role_organisation_id UUID REFERENCES organisation (id),
    -- How a substitute steps in; none where there are no seats.
    substitution text,
    -- How many meetings it is to hold a year; null: nothing is said.
    meetings_a_year integer CHECK (meetings_a_year > 0),
    -- How many seats must be filled for a decision; null: more than half of the ordinary ones.
    quorum integer CHECK (quorum > 0),
    several_seats_a_unit boolean NOT NULL,
    valid_from text,
    valid_to text,
    closing_reason text,
    -- The last number that a decision was given, a year at a time.
    decision_year integer NOT NULL DEFAULT 0,
    decision_number integer NOT NULL DEFAULT 0,
    created_at INSTANT NOT NULL,
    updated_at INSTANT NOT NULL,
    closed_at INSTANT,
    version integer NOT NULL,
    search_text text NOT NULL,
    sort_name SORTED_TEXT NOT NULL,
    CHECK (sharing <> 'COUNTY' OR county_code IS NOT NULL),
    CHECK (role_organisation_id IS NULL OR role_type_id IS NOT NULL),
    CHECK (role_type_id IS NULL OR role_organisation_id IS NOT NULL OR county_code IS NOT NULL),
    CHECK ((closed_at IS NULL) = (closing_reason IS NULL))
);
CREATE INDEX collaboration_group_sort ON collaboration_group (sort_name, id);
CREATE INDEX collaboration_group_county ON collaboration_group (county_code, kind);
CREATE INDEX collaboration_group_parent ON collaboration_group (parent_id);
CREATE INDEX collaboration_group_role ON collaboration_group (role_type_id) WHERE role_type_id IS NOT NULL;

-- With whom it is shared by name.
CREATE TABLE group_share (
    group_id UUID NOT NULL REFERENCES collaboration_group (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (group_id, organisation_id)
);
CREATE INDEX group_share_organisation ON group_share (organisation_id, group_id);

-- Who convenes it.
CREATE TABLE group_convener (
    group_id UUID NOT NULL REFERENCES collaboration_group (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    PRIMARY KEY (group_id, organisation_id)
);
CREATE INDEX group_convener_organisation ON group_convener (organisation_id, group_id);

-- Roles whose holders are responsible for it, in the organisations that convene it.
CREATE TABLE group_responsible_role (
    group_id UUID NOT NULL REFERENCES collaboration_group (id) ON DELETE CASCADE,
    role_type_id UUID NOT NULL REFERENCES role_type (id),
    PRIMARY KEY (group_id, role_type_id)
);

CREATE TABLE group_purpose (
    group_id UUID NOT NULL REFERENCES collaboration_group (id) ON DELETE CASCADE,
    purpose text NOT NULL,
    PRIMARY KEY (group_id, purpose)
);

CREATE TABLE group_subject (
    group_id UUID NOT NULL REFERENCES collaboration_group (id) ON DELETE CASCADE,
    subject_area text NOT NULL,
    PRIMARY KEY (group_id, subject_area)
);

-- Its tasks, goals and activities, in words.
CREATE TABLE group_task (
    group_id UUID NOT NULL REFERENCES collaboration_group (id) ON DELETE CASCADE,
    position integer NOT NULL,
    kind text NOT NULL,
    description text NOT NULL,
    -- The law or convention that it rests on, as it is cited.
    law_cited_as text,
    PRIMARY KEY (group_id, position)
);

-- A seat belongs to an organisation, or to one of its units, whoever sits on it.
CREATE TABLE group_seat (
    id UUID PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    unit_id UUID REFERENCES organisation_unit (id),
    capacity text NOT NULL,
    -- What the seat's holder does in the group.
    role text NOT NULL,
    -- The function that sits here, where a source names one instead of a person.
    function_name text,
    -- Whose substitute it is, where substitutes are personal.
    substitute_for_id UUID REFERENCES group_seat (id),
    -- In which order substitutes are called, where the group has a list.
    list_position integer CHECK (list_position > 0),
    valid_from text,
    -- The first day on which the seat is no more.
    ends_on date,
    -- Its place among the seats: the capacity, then the number in which it came.
    position integer NOT NULL,
    sort_key SORTED_TEXT NOT NULL,
    CHECK (capacity = 'SUBSTITUTE' OR (substitute_for_id IS NULL AND list_position IS NULL))
);
CREATE INDEX group_seat_group ON group_seat (group_id, sort_key, id);
-- "The groups that my organisation sits in" stands in the access rules.
CREATE INDEX group_seat_organisation ON group_seat (organisation_id, group_id);
CREATE INDEX group_seat_substitute ON group_seat (substitute_for_id);

CREATE TABLE seat_holder (
    id UUID PRIMARY KEY,
    seat_id UUID NOT NULL REFERENCES group_seat (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES person (id),
    from_day date NOT NULL,
    -- The first day on which the person no longer sits here, and no longer reads the papers; null: until further notice.
    until_day date,
    -- Since when, as roughly as a source has it; from_day is then the day of the entry.
    since text,
    appointed_by_organisation_id UUID NOT NULL REFERENCES organisation (id),
    appointed_by UUID REFERENCES person (id),
    -- By which decision, as its organisation refers to it.
    decision text,
    name_published boolean NOT NULL,
    recorded_at INSTANT NOT NULL,
    CHECK (until_day IS NULL OR until_day >= from_day)
);
CREATE INDEX seat_holder_seat ON seat_holder (seat_id, from_day);
-- "The seats that I hold" stands in the access rules.
CREATE INDEX seat_holder_person ON seat_holder (person_id, seat_id);
-- One seat has one holder until further notice.
CREATE UNIQUE INDEX seat_holder_open ON seat_holder (seat_id) WHERE until_day IS NULL;

-- Who has joined an informal group.
CREATE TABLE group_member (
    id UUID PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES collaboration_group (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES person (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    joined_at INSTANT NOT NULL,
    left_at INSTANT
);
CREATE UNIQUE INDEX group_member_once ON group_member (group_id, person_id, organisation_id) WHERE left_at IS NULL;
CREATE INDEX group_member_person ON group_member (person_id, group_id);

-- Who is in a group, whichever way: by a seat, by having joined, by a role that is confirmed. For the ways that have a
-- time, the days stand beside; whoever asks says for which day.
CREATE VIEW group_person AS
SELECT
    holder.id AS id, seat.group_id AS group_id, holder.person_id AS person_id,
    seat.organisation_id AS organisation_id, seat.unit_id AS unit_id, seat.id AS seat_id, 'SEAT' AS source,
    seat.capacity AS capacity, holder.from_day AS from_day, holder.until_day AS until_day, seat.ends_on AS ends_on
FROM seat_holder AS holder
JOIN group_seat AS seat ON seat.id = holder.seat_id
UNION ALL
SELECT
    joined.id, joined.group_id, joined.person_id, joined.organisation_id, NULL, NULL, 'JOINED', NULL, NULL, NULL, NULL
FROM group_member AS joined
WHERE joined.left_at IS NULL
UNION ALL
SELECT
    appointed.id, network.id, appointed.person_id, appointed.organisation_id, appointed.unit_id, NULL, 'ROLE', NULL,
    appointed.from_day, appointed.until_day, NULL
FROM appointment AS appointed
JOIN collaboration_group AS network
    ON network.role_type_id = appointed.role_type_id
    AND (
        network.role_organisation_id = appointed.organisation_id
        OR (network.role_organisation_id IS NULL AND network.county_code = appointed.county_code)
    )
WHERE appointed.status = 'CONFIRMED' AND appointed.person_id IS NOT NULL;

-- What members of groups are to be told: an outbox like `notice`, in the transaction that it tells of. Ids only.
CREATE TABLE group_notice (
    id UUID PRIMARY KEY,
    kind text NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- Null: for the organisation's coordinators.
    person_id UUID REFERENCES person (id),
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    -- What it is about: the global id of a seat, meeting, item, action, minutes or extract.
    subject text,
    created_at INSTANT NOT NULL,
    delivered_at INSTANT
);
CREATE INDEX group_notice_organisation ON group_notice (organisation_id, created_at, id);
CREATE INDEX group_notice_person ON group_notice (person_id, created_at, id);
CREATE INDEX group_notice_waiting ON group_notice (created_at, id) WHERE delivered_at IS NULL;
CREATE INDEX group_notice_delivered ON group_notice (delivered_at) WHERE delivered_at IS NOT NULL;
