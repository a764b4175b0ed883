-- What coordinators are to be told of visits: an outbox like `notice`, in the transaction that it tells of. Ids only.
CREATE TABLE visit_notice (
    id UUID PRIMARY KEY,
    kind text NOT NULL,
    -- For the coordinators of this organisation: the other one of the visit's two.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    visit_id UUID NOT NULL REFERENCES outreach_visit (id),
    created_at INSTANT NOT NULL,
    delivered_at INSTANT
);
CREATE INDEX visit_notice_organisation ON visit_notice (organisation_id, created_at, id);
CREATE INDEX visit_notice_visit ON visit_notice (visit_id);
CREATE INDEX visit_notice_waiting ON visit_notice (created_at, id) WHERE delivered_at IS NULL;
CREATE INDEX visit_notice_delivered ON visit_notice (delivered_at) WHERE delivered_at IS NOT NULL;
