-- Trainings for the members of groups, such as the decision-makers of a board; meetings that count as a training.

-- For whom a training is besides its audiences: whoever is in one of these groups on the day of signing up.
CREATE TABLE training_target_group (
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    PRIMARY KEY (training_id, group_id)
);
CREATE INDEX training_target_group_group ON training_target_group (group_id);
-- Known without asking: most trainings are for no group in particular, and every sign-up would ask.
ALTER TABLE training ADD COLUMN for_groups boolean NOT NULL DEFAULT FALSE;

-- The training that whoever is at a meeting completes by it, as one of its organisers has agreed.
CREATE TABLE meeting_credit (
    meeting_id UUID PRIMARY KEY REFERENCES meeting (id) ON DELETE CASCADE,
    training_id UUID NOT NULL REFERENCES training (id),
    -- The organiser for which that was agreed.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    agreed_at INSTANT NOT NULL,
    agreed_by UUID REFERENCES person (id)
);
CREATE INDEX meeting_credit_training ON meeting_credit (training_id);

ALTER TABLE completion ADD COLUMN meeting_id UUID REFERENCES meeting (id)
    CHECK ((source = 'MEETING') = (meeting_id IS NOT NULL));
-- One meeting gives a person one completion; what is entered from elsewhere stays once a day.
DROP INDEX completion_entered;
CREATE UNIQUE INDEX completion_entered ON completion (person_id, training_id, organisation_id, completed_on)
    WHERE source = 'IMPORT' AND withdrawn_at IS NULL;
CREATE UNIQUE INDEX completion_of_meeting ON completion (meeting_id, person_id) WHERE withdrawn_at IS NULL;
