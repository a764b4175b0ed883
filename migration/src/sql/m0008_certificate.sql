-- Certificates: what a holder passes on, and anybody with the code can check.

CREATE TABLE certificate (
    id UUID PRIMARY KEY,
    completion_id UUID NOT NULL REFERENCES completion (id),
    person_id UUID NOT NULL REFERENCES person (id),
    -- The organisation that the person took part for.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- Who stands behind it: the accountable organiser when it was issued.
    issuer_organisation_id UUID NOT NULL REFERENCES organisation (id),
    training_id UUID NOT NULL REFERENCES training (id),
    -- The way in for everybody who holds it, so the index is also what makes each code the only one.
    code text NOT NULL UNIQUE,
    -- What the holder's name is hashed with in the signed file.
    salt text NOT NULL,
    -- Null for a person with protected identity, and once the person's data has been erased.
    holder_name text,
    shows_name boolean NOT NULL DEFAULT FALSE,
    -- As they were when it was issued: a certificate must not change with the catalogue.
    issuer_name text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    criteria text NOT NULL,
    completed_on date NOT NULL,
    -- The last day on which it holds; null: for good.
    valid_until date,
    issued_at INSTANT NOT NULL,
    revoked_at INSTANT,
    revocation_reason text,
    revocation_note text,
    CHECK ((revoked_at IS NULL) = (revocation_reason IS NULL))
);
-- One at a time for a completion, whoever asks for it at the same moment.
CREATE UNIQUE INDEX certificate_once ON certificate (completion_id) WHERE revoked_at IS NULL;
CREATE INDEX certificate_person ON certificate (person_id, issued_at);
CREATE INDEX certificate_issuer ON certificate (issuer_organisation_id, issued_at);
