-- Documents of groups, of their meetings and of items on their agendas. The files themselves lie in the store for documents.

CREATE TABLE document (
    id UUID PRIMARY KEY,
    -- The group, also of a document of a meeting or an item: never changes, and is what the rules ask for.
    group_id UUID NOT NULL REFERENCES collaboration_group (id),
    -- The meeting, or the item; neither: it is the group's own.
    meeting_id UUID REFERENCES meeting (id),
    item_id UUID REFERENCES agenda_item (id),
    title text NOT NULL,
    file_name text NOT NULL,
    media_type text NOT NULL,
    -- In bytes.
    size bigint NOT NULL CHECK (size >= 1),
    -- The SHA-256 of the file in hexadecimal digits.
    sha256 text NOT NULL CHECK (length(sha256) = 64),
    -- The name of the file in the store: drawn at random, written once.
    blob text NOT NULL,
    organisation_id UUID NOT NULL REFERENCES organisation (id),
    -- None: a service did.
    uploaded_by UUID REFERENCES person (id),
    uploaded_at INSTANT NOT NULL,
    CHECK (meeting_id IS NULL OR item_id IS NULL)
);
CREATE UNIQUE INDEX document_blob ON document (blob);
-- A group's documents in the order in which they came.
CREATE INDEX document_group ON document (group_id, uploaded_at);
CREATE INDEX document_meeting ON document (meeting_id);
CREATE INDEX document_item ON document (item_id);
CREATE INDEX document_uploaded_by ON document (uploaded_by);
