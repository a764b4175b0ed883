-- What comes after the sign-up: who was there, what was completed by it, which trainings ask for others, and
-- which an organisation wants all its staff to have.

-- Who besides the coordinators may check people in, at one occasion.
CREATE TABLE check_in_right (
    id UUID PRIMARY KEY,
    occasion_id UUID NOT NULL REFERENCES training_occasion (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES person (id),
    -- The organiser that gave the right: the person uses it when acting for this organisation.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    granted_at INSTANT NOT NULL,
    granted_by UUID REFERENCES person (id),
    revoked_at INSTANT,
    revoked_by UUID REFERENCES person (id)
);
-- Giving somebody the same right twice is one right.
CREATE UNIQUE INDEX check_in_right_once ON check_in_right (occasion_id, person_id) WHERE revoked_at IS NULL;
-- "The occasions at which I may check in" stands in the access rules.
CREATE INDEX check_in_right_person ON check_in_right (person_id, organisation_id);

-- The mark of a participant for a time block, as it is now. A block is known by its start: moving a block leaves
-- its marks behind, adding one before it does not shift them.
CREATE TABLE attendance (
    sign_up_id UUID NOT NULL REFERENCES sign_up (id),
    block_starts_at INSTANT NOT NULL,
    occasion_id UUID NOT NULL REFERENCES training_occasion (id),
    -- Whom the mark is about: the place may have been a colleague's before.
    person_id UUID NOT NULL REFERENCES person (id),
    grade text NOT NULL,
    recorded_at INSTANT NOT NULL,
    recorded_by UUID REFERENCES person (id),
    PRIMARY KEY (sign_up_id, block_starts_at)
);
CREATE INDEX attendance_occasion ON attendance (occasion_id);
CREATE INDEX attendance_person ON attendance (person_id);

-- Every change of a mark, from the first. Rows are added and never changed.
CREATE TABLE attendance_change (
    id UUID PRIMARY KEY,
    sign_up_id UUID NOT NULL REFERENCES sign_up (id),
    block_starts_at INSTANT NOT NULL,
    occasion_id UUID NOT NULL REFERENCES training_occasion (id),
    person_id UUID NOT NULL REFERENCES person (id),
    -- Null: there was no mark.
    previous text,
    grade text NOT NULL,
    at INSTANT NOT NULL,
    actor_id UUID REFERENCES person (id),
    actor_organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- The same mark twice is one.
    CHECK (previous IS NULL OR previous <> grade)
);
CREATE INDEX attendance_change_sign_up ON attendance_change (sign_up_id, at);
CREATE INDEX attendance_change_person ON attendance_change (person_id);

-- When a training counts as completed: the share of the blocks that must be attended, in per cent (null: attendance
-- completes nothing), what a block attended partly counts for, and for how many months it is valid (null: for good).
ALTER TABLE training ADD COLUMN completion_share integer DEFAULT 100 CHECK (completion_share BETWEEN 1 AND 100);
ALTER TABLE training ADD COLUMN partly_counts text NOT NULL DEFAULT 'NOTHING';
ALTER TABLE training ADD COLUMN valid_months integer CHECK (valid_months BETWEEN 1 AND 240);

-- That a person has completed a training.
CREATE TABLE completion (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    -- The organisation that the person took it for.
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    training_id UUID NOT NULL REFERENCES training (id),
    -- Where it follows from attendance: which.
    occasion_id UUID REFERENCES training_occasion (id),
    sign_up_id UUID REFERENCES sign_up (id),
    source text NOT NULL,
    completed_on date NOT NULL,
    -- The last day on which it is valid; null: for good.
    valid_until date,
    recorded_at INSTANT NOT NULL,
    recorded_by UUID REFERENCES person (id),
    -- When it was taken back: the attendance was corrected, or it was entered by mistake. The row stays.
    withdrawn_at INSTANT,
    withdrawn_by UUID REFERENCES person (id),
    CHECK (valid_until IS NULL OR valid_until >= completed_on),
    CHECK ((source = 'ATTENDANCE') = (sign_up_id IS NOT NULL)),
    CHECK ((sign_up_id IS NULL) = (occasion_id IS NULL))
);
-- One place gives one completion, and one day's completion is entered once.
CREATE UNIQUE INDEX completion_of_sign_up ON completion (sign_up_id) WHERE withdrawn_at IS NULL;
CREATE UNIQUE INDEX completion_entered ON completion (person_id, training_id, organisation_id, completed_on)
    WHERE sign_up_id IS NULL AND withdrawn_at IS NULL;
-- Whether somebody has completed something, and whose runs out next.
CREATE INDEX completion_person ON completion (person_id, training_id);
CREATE INDEX completion_organisation ON completion (organisation_id, valid_until);
CREATE INDEX completion_occasion ON completion (occasion_id);
CREATE INDEX completion_training ON completion (training_id);

-- What one must have completed before a training.
CREATE TABLE training_requirement (
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    required_training_id UUID NOT NULL REFERENCES training (id),
    PRIMARY KEY (training_id, required_training_id),
    CHECK (training_id <> required_training_id)
);
CREATE INDEX training_requirement_required ON training_requirement (required_training_id);

-- What an organisation wants its staff to have completed.
CREATE TABLE mandatory_training (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    training_id UUID NOT NULL REFERENCES training (id) ON DELETE CASCADE,
    created_at INSTANT NOT NULL,
    UNIQUE (organisation_id, training_id)
);
CREATE INDEX mandatory_training_training ON mandatory_training (training_id);

-- Which of its staff; none of these: all of them.
CREATE TABLE mandatory_training_category (
    mandatory_training_id UUID NOT NULL REFERENCES mandatory_training (id) ON DELETE CASCADE,
    staff_category text NOT NULL,
    PRIMARY KEY (mandatory_training_id, staff_category)
);
