-- Issues that people with a role raise to a council: its queue, what became of each, and the answer.

CREATE TABLE council_issue (
    id UUID PRIMARY KEY,
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    -- Who raised it, and for which organisation.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    person_id UUID NOT NULL REFERENCES person (id),
    -- The unit of the organisation that it concerns.
    unit_id UUID REFERENCES organisation_unit (id),
    status text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    -- The item that the council made of it.
    item_id UUID REFERENCES agenda_item (id),
    answer text,
    decline_reason text,
    raised_at INSTANT NOT NULL,
    taken_up_at INSTANT,
    -- When it was answered, declined or withdrawn.
    closed_at INSTANT,
    CHECK ((status = 'ANSWERED') = (answer IS NOT NULL)),
    CHECK ((status = 'DECLINED') = (decline_reason IS NOT NULL)),
    CHECK ((status IN ('RAISED', 'TAKEN_UP')) = (closed_at IS NULL))
);
CREATE INDEX council_issue_group ON council_issue (group_id, raised_at, id);
CREATE INDEX council_issue_person ON council_issue (person_id, raised_at, id);
CREATE INDEX council_issue_item ON council_issue (item_id) WHERE item_id IS NOT NULL;
