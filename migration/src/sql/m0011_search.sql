-- A search finds a text anywhere in another. Where the extension can be had, an index answers that; without it the
-- table is read, which takes some 50 ms with ten thousand trainings. Whoever may not create extensions can have the
-- database's owner do it later and then make the two indexes.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX IF NOT EXISTS training_search ON training USING gin (search_text gin_trgm_ops);
    CREATE INDEX IF NOT EXISTS organisation_search ON organisation USING gin (search_text gin_trgm_ops);
EXCEPTION
    WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
        RAISE NOTICE 'searches read whole tables: %', SQLERRM;
END $$;
