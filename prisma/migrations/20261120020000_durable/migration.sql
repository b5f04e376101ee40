-- Which scheduler process decides what. A token grows with every change of owner and is checked where its decisions commit.
CREATE TABLE "ownerships" (
    "name" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "token" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ownerships_pkey" PRIMARY KEY ("name")
);

-- Scheduler processes that are alive, so that each takes its share.
CREATE TABLE "processes" (
    "name" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "processes_pkey" PRIMARY KEY ("name")
);

-- What was decided, before anybody is told. A job waits for one assignment at a time, and so does an asset.
CREATE TABLE "placements" (
    "id" BIGSERIAL NOT NULL,
    "job_id" TEXT NOT NULL,
    "asset_id" TEXT NOT NULL,
    "listing_version" INTEGER NOT NULL,
    "max_seconds" INTEGER NOT NULL,
    "partition" TEXT NOT NULL,
    "token" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "placements_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "placements_open_job_key" ON "placements"("job_id") WHERE "state" = 'open';
CREATE UNIQUE INDEX "placements_open_asset_key" ON "placements"("asset_id") WHERE "state" = 'open';
CREATE INDEX "placements_job_id_idx" ON "placements"("job_id");

-- Blocks and logs belong to a block's hash, not to its number.
ALTER TABLE "chain_blocks" DROP CONSTRAINT "chain_blocks_pkey";
ALTER TABLE "chain_blocks" ADD CONSTRAINT "chain_blocks_pkey" PRIMARY KEY ("hash");
CREATE UNIQUE INDEX "chain_blocks_number_key" ON "chain_blocks"("number");
ALTER TABLE "chain_logs" DROP CONSTRAINT "chain_logs_pkey";
ALTER TABLE "chain_logs" ADD CONSTRAINT "chain_logs_pkey" PRIMARY KEY ("block_hash", "log_index");
CREATE INDEX "chain_logs_block_number_idx" ON "chain_logs"("block_number");

-- One row for each nonce of the scheduler's account: what it is for, and how it ended. Its signed attempts are beside it.
CREATE TABLE "sent_calls" (
    "nonce" INTEGER NOT NULL,
    "verb" TEXT NOT NULL,
    "job_id" TEXT,
    "placement_id" BIGINT,
    "state" TEXT NOT NULL,
    "mined_hash" TEXT,
    "mined_block" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "sent_calls_pkey" PRIMARY KEY ("nonce")
);
CREATE UNIQUE INDEX "sent_calls_placement_id_key" ON "sent_calls"("placement_id");
CREATE INDEX "sent_calls_state_idx" ON "sent_calls"("state");
CREATE INDEX "sent_calls_job_id_idx" ON "sent_calls"("job_id");
INSERT INTO "sent_calls" ("nonce", "verb", "job_id", "state", "mined_hash", "created_at")
    SELECT DISTINCT ON ("nonce") "nonce", "verb", "job_id", "state", CASE WHEN "state" IN ('mined', 'reverted') THEN "hash" END, "created_at"
    FROM "sent_transactions" ORDER BY "nonce", ("state" IN ('mined', 'reverted')) DESC, "created_at" DESC;
DROP INDEX "sent_transactions_state_idx";
ALTER TABLE "sent_transactions" DROP COLUMN "verb", DROP COLUMN "job_id", DROP COLUMN "state";
CREATE INDEX "sent_transactions_nonce_idx" ON "sent_transactions"("nonce");
-- One open call of a verb for a job: two processes that decide the same at once send it once.
CREATE UNIQUE INDEX "sent_calls_open_verb_key" ON "sent_calls"("job_id", "verb") WHERE "state" = 'sent';
