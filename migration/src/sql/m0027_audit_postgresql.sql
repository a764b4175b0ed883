-- What the log refers to is not looked up again for each row (see audit.rs).

-- To let go of a reference takes the lock of both its tables. Who holds one of them for long, a dump perhaps, must not make
-- every request wait behind this step: it gives up instead, and is run again.
SET LOCAL lock_timeout = '5s';
LOCK TABLE organisation, person, audit_entry IN ACCESS EXCLUSIVE MODE;

ALTER TABLE audit_entry
    DROP CONSTRAINT audit_entry_organisation_id_fkey,
    DROP CONSTRAINT audit_entry_actor_organisation_id_fkey,
    DROP CONSTRAINT audit_entry_actor_id_fkey,
    DROP CONSTRAINT audit_entry_person_id_fkey;
