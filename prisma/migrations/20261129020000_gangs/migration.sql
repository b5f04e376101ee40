-- A decision may be for several assets, assigned in one step: one row each, the first of them names the decision.
ALTER TABLE "placements" ADD COLUMN "member" INTEGER NOT NULL DEFAULT 0;
DROP INDEX "placements_open_job_key";
CREATE UNIQUE INDEX "placements_open_job_key" ON "placements"("job_id", "member") WHERE "state" = 'open';
