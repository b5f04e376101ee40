-- Decisions are found by the open ones alone; an index over the whole history cost each of them a write.
DROP INDEX "placements_job_id_idx";
-- A batch of decisions (2,000 at most) takes its ids from one number of the sequence.
ALTER SEQUENCE "placements_id_seq" INCREMENT BY 4096;
-- Written once, read once, never searched.
ALTER TABLE "outbox" ALTER COLUMN "payload" TYPE JSON USING "payload"::json;
