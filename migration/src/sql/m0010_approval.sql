-- Approval of members' own sign-ups, where their organisation wants it.

-- Who approves: for the whole organisation, or for one of its units and the units below it. An organisation with no
-- row wants no approval.
CREATE TABLE sign_up_approver (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    unit_id UUID REFERENCES organisation_unit (id),
    approver_id UUID NOT NULL REFERENCES person (id),
    deputy_id UUID NOT NULL REFERENCES person (id),
    CHECK (approver_id <> deputy_id)
);
CREATE UNIQUE INDEX sign_up_approver_whole ON sign_up_approver (organisation_id) WHERE unit_id IS NULL;
CREATE UNIQUE INDEX sign_up_approver_unit ON sign_up_approver (organisation_id, unit_id) WHERE unit_id IS NOT NULL;

CREATE TABLE sign_up_request (
    id UUID PRIMARY KEY,
    occasion_id UUID NOT NULL REFERENCES training_occasion (id),
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    person_id UUID NOT NULL REFERENCES person (id),
    -- Whom it was sent to; null once nobody approves for the unit any more.
    approver_id UUID REFERENCES sign_up_approver (id) ON DELETE SET NULL,
    status text NOT NULL,
    reason text,
    created_at INSTANT NOT NULL,
    decided_at INSTANT,
    decided_by UUID REFERENCES person (id),
    sign_up_id UUID REFERENCES sign_up (id),
    CHECK ((status = 'REQUESTED') = (decided_at IS NULL))
);
-- Nobody asks twice for the same place, whatever happens at the same time.
CREATE UNIQUE INDEX sign_up_request_once ON sign_up_request (occasion_id, person_id, organisation_id) WHERE status = 'REQUESTED';
CREATE INDEX sign_up_request_organisation ON sign_up_request (organisation_id, created_at, id);
CREATE INDEX sign_up_request_person ON sign_up_request (person_id);
CREATE INDEX sign_up_request_approver ON sign_up_request (approver_id);

-- What somebody will need on the day if the place is approved; gone when the request is decided.
CREATE TABLE requested_need (
    request_id UUID PRIMARY KEY REFERENCES sign_up_request (id) ON DELETE CASCADE,
    need text NOT NULL
);

ALTER TABLE notice ADD COLUMN request_id UUID REFERENCES sign_up_request (id);
