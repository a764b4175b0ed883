-- What keeps the service honest and useful: the audit log, idempotency keys, support resources, page feedback.

CREATE TABLE audit_entry (
    id UUID PRIMARY KEY,
    at INSTANT NOT NULL,
    request_id text NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- For whom the actor acted; null for a job.
    actor_organisation_id UUID REFERENCES organisation (id),
    actor_id UUID REFERENCES person (id),
    actor_client text,
    action text NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    subject text
);
CREATE INDEX audit_entry_organisation ON audit_entry (organisation_id, at);
CREATE INDEX audit_entry_person ON audit_entry (person_id);

CREATE TABLE idempotency_key (
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    key text NOT NULL,
    fingerprint text NOT NULL,
    result text NOT NULL,
    created_at INSTANT NOT NULL,
    PRIMARY KEY (organisation_id, key)
);
CREATE INDEX idempotency_key_created ON idempotency_key (created_at);

CREATE TABLE support_resource (
    id UUID PRIMARY KEY,
    name text NOT NULL,
    organisation_id UUID REFERENCES organisation (id),
    url text NOT NULL,
    note text,
    last_checked_on date,
    sort_name SORTED_TEXT NOT NULL
);

CREATE TABLE page_feedback (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    page text NOT NULL,
    helpful boolean NOT NULL,
    comment text,
    created_at INSTANT NOT NULL
);
CREATE INDEX page_feedback_organisation ON page_feedback (organisation_id, page);
