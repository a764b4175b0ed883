-- What the log refers to is not looked up again for each row (see audit.rs).
ALTER TABLE audit_entry
    DROP CONSTRAINT audit_entry_organisation_id_fkey,
    DROP CONSTRAINT audit_entry_actor_organisation_id_fkey,
    DROP CONSTRAINT audit_entry_actor_id_fkey,
    DROP CONSTRAINT audit_entry_person_id_fkey;

-- Reads, which are most of the log, have no subject.
DROP INDEX audit_entry_subject;
CREATE INDEX audit_entry_subject ON audit_entry (subject) WHERE subject IS NOT NULL;
