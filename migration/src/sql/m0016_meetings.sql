-- Meetings of groups: single ones and series, agendas, absence, substitutes and attendance; a meeting that several
-- organisations hold together has a registration number in each.

CREATE TABLE meeting_series (
    id UUID PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES collaboration_group (id) ON DELETE CASCADE,
    title text NOT NULL,
    time_zone text NOT NULL,
    created_at INSTANT NOT NULL,
    version integer NOT NULL
);
CREATE INDEX meeting_series_group ON meeting_series (group_id);

-- What holds for a series from a day on: a change is a new row, and never touches what lies before it.
CREATE TABLE meeting_series_rule (
    series_id UUID NOT NULL REFERENCES meeting_series (id) ON DELETE CASCADE,
    from_day date NOT NULL,
    -- The last day on which a meeting may fall.
    until_day date NOT NULL,
    frequency text NOT NULL,
    every integer NOT NULL CHECK (every BETWEEN 1 AND 52),
    starts_at_time text NOT NULL,
    minutes integer NOT NULL CHECK (minutes BETWEEN 5 AND 1440),
    PRIMARY KEY (series_id, from_day)
);

CREATE TABLE meeting (
    id UUID PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    series_id UUID REFERENCES meeting_series (id),
    title text NOT NULL,
    status text NOT NULL,
    starts_at INSTANT NOT NULL,
    ends_at INSTANT NOT NULL,
    time_zone text NOT NULL,
    venue_name text,
    venue_address text,
    online_url text,
    -- The notice (kallelse): when it went out, and what it says.
    notice_text text,
    noticed_at INSTANT,
    cancellation_reason text,
    created_at INSTANT NOT NULL,
    updated_at INSTANT NOT NULL,
    version integer NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE INDEX meeting_group ON meeting (group_id, starts_at, id);
CREATE INDEX meeting_starts ON meeting (starts_at, id);
CREATE INDEX meeting_series_id ON meeting (series_id, starts_at);

CREATE TABLE meeting_purpose (
    meeting_id UUID NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    purpose text NOT NULL,
    PRIMARY KEY (meeting_id, purpose)
);

-- The organisations that hold a meeting together, each with its own registration number (diarienummer).
CREATE TABLE meeting_registration (
    id UUID PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    registration_number text NOT NULL,
    registered_at INSTANT NOT NULL
);
CREATE UNIQUE INDEX meeting_registration_once ON meeting_registration (meeting_id, organisation_id);
CREATE INDEX meeting_registration_organisation ON meeting_registration (organisation_id, meeting_id);

-- An item of an agenda; without a meeting it waits in the group's backlog.
CREATE TABLE agenda_item (
    id UUID PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    meeting_id UUID REFERENCES meeting (id),
    parent_id UUID REFERENCES agenda_item (id),
    position integer NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    proposed_by_organisation_id UUID NOT NULL REFERENCES organisation (id),
    proposed_by UUID REFERENCES person (id),
    decline_reason text,
    -- The meeting that it was moved from last.
    moved_from_id UUID REFERENCES meeting (id),
    created_at INSTANT NOT NULL,
    updated_at INSTANT NOT NULL,
    version integer NOT NULL
);
CREATE INDEX agenda_item_meeting ON agenda_item (meeting_id, position, id);
CREATE INDEX agenda_item_group ON agenda_item (group_id, created_at, id);
CREATE INDEX agenda_item_parent ON agenda_item (parent_id);
CREATE INDEX agenda_item_proposed_by ON agenda_item (proposed_by);

-- An organisation that an item is open to without being in the group: its coordinators see it.
CREATE TABLE agenda_item_guest (
    id UUID PRIMARY KEY,
    item_id UUID NOT NULL REFERENCES agenda_item (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id)
);
CREATE UNIQUE INDEX agenda_item_guest_once ON agenda_item_guest (item_id, organisation_id);
CREATE INDEX agenda_item_guest_organisation ON agenda_item_guest (organisation_id, item_id);

-- That whoever holds a seat has announced not to come to a meeting.
CREATE TABLE meeting_absence (
    id UUID PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    seat_id UUID NOT NULL REFERENCES group_seat (id),
    person_id UUID NOT NULL REFERENCES person (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    announced_at INSTANT NOT NULL
);
CREATE UNIQUE INDEX meeting_absence_once ON meeting_absence (meeting_id, seat_id);
CREATE INDEX meeting_absence_person ON meeting_absence (person_id);

-- A substitute who is called in for a seat at one meeting.
CREATE TABLE meeting_substitution (
    id UUID PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    seat_id UUID NOT NULL REFERENCES group_seat (id),
    substitute_seat_id UUID NOT NULL REFERENCES group_seat (id),
    person_id UUID NOT NULL REFERENCES person (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    status text NOT NULL,
    called_at INSTANT NOT NULL,
    answered_at INSTANT
);
-- The last belt: several may be called for a seat at once, one serves; and a substitute serves, or is called, for one.
CREATE UNIQUE INDEX meeting_substitution_seat ON meeting_substitution (meeting_id, seat_id) WHERE status = 'SERVING';
CREATE UNIQUE INDEX meeting_substitution_substitute ON meeting_substitution (meeting_id, substitute_seat_id) WHERE status IN ('CALLED', 'SERVING');
CREATE INDEX meeting_substitution_meeting ON meeting_substitution (meeting_id, called_at, id);
CREATE INDEX meeting_substitution_person ON meeting_substitution (person_id);

-- Who was there, seat by seat; people who joined or are in a network by their role have no seat.
CREATE TABLE meeting_attendance (
    id UUID PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES person (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- The seat that the person holds.
    seat_id UUID REFERENCES group_seat (id),
    status text NOT NULL,
    -- The seat that the person uses: the own one, or the one that the person serves on as its substitute. None for
    -- whoever is absent, and for a substitute who only listens.
    uses_seat_id UUID REFERENCES group_seat (id),
    recorded_at INSTANT NOT NULL
);
CREATE UNIQUE INDEX meeting_attendance_once ON meeting_attendance (meeting_id, person_id);
-- The last belt again: a seat is used once.
CREATE UNIQUE INDEX meeting_attendance_seat ON meeting_attendance (meeting_id, uses_seat_id) WHERE uses_seat_id IS NOT NULL;
CREATE INDEX meeting_attendance_person ON meeting_attendance (person_id);
