-- What the log refers to is not looked up again for each row (see audit.rs).
CREATE TABLE audit_entry_unchecked (
    id UUID PRIMARY KEY,
    at INSTANT NOT NULL,
    request_id text NOT NULL,
    organisation_id UUID NOT NULL,
    -- For whom the actor acted; null for a job.
    actor_organisation_id UUID,
    actor_id UUID,
    actor_client text,
    action text NOT NULL,
    person_id UUID NOT NULL,
    subject text
);
INSERT INTO audit_entry_unchecked
    SELECT id, at, request_id, organisation_id, actor_organisation_id, actor_id, actor_client, action, person_id, subject
    FROM audit_entry;
DROP TABLE audit_entry;
ALTER TABLE audit_entry_unchecked RENAME TO audit_entry;
CREATE INDEX audit_entry_organisation ON audit_entry (organisation_id, at);
CREATE INDEX audit_entry_person ON audit_entry (person_id);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id);
CREATE INDEX audit_entry_subject ON audit_entry (subject);
