-- What organisations do around trainings: support given, methods in use, what programmes have led to.

CREATE TABLE support_given (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- Null: for no unit in particular. There is no text: nothing about patients or clients can be entered.
    unit_id UUID REFERENCES organisation_unit (id),
    subject_area text NOT NULL,
    given_on date NOT NULL
);
CREATE INDEX support_given_organisation ON support_given (organisation_id, given_on);

CREATE TABLE method_practice (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    code text NOT NULL,
    name text NOT NULL,
    since text,
    own_trainers integer CHECK (own_trainers >= 0),
    note text,
    UNIQUE (organisation_id, code)
);

ALTER TABLE training_programme ADD COLUMN effects text;

CREATE TABLE programme_follow_up (
    id UUID PRIMARY KEY,
    programme_id UUID NOT NULL REFERENCES training_programme (id) ON DELETE CASCADE,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    status text NOT NULL,
    as_of text,
    note text,
    UNIQUE (programme_id, organisation_id)
);
