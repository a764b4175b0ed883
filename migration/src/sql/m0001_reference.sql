-- Counties and municipalities: reference data, codes are text.

CREATE TABLE county (
    code text PRIMARY KEY CHECK (length(code) = 2),
    name text NOT NULL,
    short_name text NOT NULL,
    seat text NOT NULL,
    iso_code text NOT NULL,
    search_name text NOT NULL
);

CREATE TABLE municipality (
    code text PRIMARY KEY CHECK (length(code) = 4),
    county_code text NOT NULL REFERENCES county (code),
    name text NOT NULL,
    short_name text NOT NULL,
    search_name text NOT NULL,
    sort_name SORTED_TEXT NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    CHECK (substr(code, 1, 2) = county_code)
);
CREATE INDEX municipality_county ON municipality (county_code);

-- Secrets that every process of one installation shares, made at the first migration.
CREATE TABLE installation_secret (
    name text PRIMARY KEY,
    value text NOT NULL
);
