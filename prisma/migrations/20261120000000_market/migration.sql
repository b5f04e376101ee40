-- CreateTable
CREATE TABLE "orders" (
    "job_id" TEXT NOT NULL,
    "buyer" TEXT NOT NULL,
    "terms" JSONB NOT NULL,
    "workload" JSONB NOT NULL,
    "requirements" JSONB NOT NULL,
    "vault" TEXT NOT NULL,
    "payment_tx" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "jobs" (
    "job_id" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "acceptance_spent" TEXT,
    "acceptance_signature" TEXT,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "lease_phases" (
    "lease_id" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "executor" TEXT,
    "at" INTEGER NOT NULL,

    CONSTRAINT "lease_phases_pkey" PRIMARY KEY ("lease_id","phase")
);

-- CreateTable
CREATE TABLE "lease_starts" (
    "lease_id" TEXT NOT NULL,
    "started_ms" BIGINT NOT NULL,

    CONSTRAINT "lease_starts_pkey" PRIMARY KEY ("lease_id")
);

-- CreateTable
CREATE TABLE "ticks" (
    "lease_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "to" BIGINT NOT NULL,
    "from" BIGINT NOT NULL,
    "head" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "signed_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ticks_pkey" PRIMARY KEY ("lease_id","sequence","to")
);

-- CreateTable
CREATE TABLE "receipts" (
    "lease_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "prove_ms" INTEGER NOT NULL,

    CONSTRAINT "receipts_pkey" PRIMARY KEY ("lease_id","sequence")
);

-- CreateTable
CREATE TABLE "log_lines" (
    "id" BIGSERIAL NOT NULL,
    "job_id" TEXT NOT NULL,
    "lease_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "stream" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "at_ms" BIGINT NOT NULL,

    CONSTRAINT "log_lines_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "nodes" (
    "node" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "manifest_hash" TEXT NOT NULL,
    "pairing_deadline" BIGINT NOT NULL,
    "pairing_signature" TEXT NOT NULL,
    "last_seen_ms" BIGINT,

    CONSTRAINT "nodes_pkey" PRIMARY KEY ("node")
);

-- CreateTable
CREATE TABLE "manifests" (
    "hash" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,

    CONSTRAINT "manifests_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "chain_blocks" (
    "number" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "parent_hash" TEXT NOT NULL,
    "timestamp" BIGINT NOT NULL,

    CONSTRAINT "chain_blocks_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "chain_logs" (
    "block_number" BIGINT NOT NULL,
    "log_index" INTEGER NOT NULL,
    "block_hash" TEXT NOT NULL,
    "block_time" BIGINT NOT NULL,
    "tx_hash" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "topics" TEXT[],
    "data" TEXT NOT NULL,

    CONSTRAINT "chain_logs_pkey" PRIMARY KEY ("block_number","log_index")
);

-- CreateTable
CREATE TABLE "chain_transactions" (
    "hash" TEXT NOT NULL,
    "block_number" BIGINT NOT NULL,
    "block_time" BIGINT NOT NULL,
    "from" TEXT NOT NULL,
    "verb" TEXT NOT NULL,
    "gas_used" BIGINT NOT NULL,
    "input" TEXT NOT NULL,

    CONSTRAINT "chain_transactions_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "chain_source" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "source" TEXT NOT NULL,

    CONSTRAINT "chain_source_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sent_transactions" (
    "hash" TEXT NOT NULL,
    "verb" TEXT NOT NULL,
    "job_id" TEXT,
    "nonce" INTEGER NOT NULL,
    "raw" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sent_transactions_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "outbox" (
    "id" BIGSERIAL NOT NULL,
    "task" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "delay_ms" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "orders_buyer_idx" ON "orders"("buyer");

-- CreateIndex
CREATE UNIQUE INDEX "log_lines_lease_id_seq_key" ON "log_lines"("lease_id", "seq");

-- CreateIndex
CREATE INDEX "log_lines_job_id_id_idx" ON "log_lines"("job_id", "id");

-- CreateIndex
CREATE INDEX "nodes_provider_idx" ON "nodes"("provider");

-- CreateIndex
CREATE INDEX "chain_transactions_block_number_idx" ON "chain_transactions"("block_number");

-- CreateIndex
CREATE INDEX "sent_transactions_state_idx" ON "sent_transactions"("state");
