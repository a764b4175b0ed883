-- When housekeeping looks next whether the need is still kept: at once, if it has never looked.
ALTER TABLE participant_need ADD COLUMN look_at INSTANT NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';
CREATE INDEX participant_need_look ON participant_need (look_at);
