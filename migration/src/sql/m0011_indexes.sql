-- What a nation's worth of data needs.

-- Whose agreement has ended is asked for with every occasion that shows free seats; few have.
CREATE INDEX organisation_ended ON organisation (partner_until) WHERE partner_until IS NOT NULL;
-- One's own sign-ups, the latest first.
CREATE INDEX sign_up_person_created ON sign_up (person_id, created_at, id);
DROP INDEX sign_up_person;
