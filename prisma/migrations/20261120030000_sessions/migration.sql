-- CreateTable
CREATE TABLE "sessions" (
    "token_hash" TEXT NOT NULL,
    "address" TEXT,
    "jobs" TEXT[],
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "sign_in_nonces" (
    "nonce" TEXT NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "sign_in_nonces_pkey" PRIMARY KEY ("nonce")
);

-- CreateTable
CREATE TABLE "job_payers" (
    "job_id" TEXT NOT NULL,
    "mark_hash" TEXT NOT NULL,

    CONSTRAINT "job_payers_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "artifact_grants" (
    "sha256" TEXT NOT NULL,
    "grantee" TEXT NOT NULL,

    CONSTRAINT "artifact_grants_pkey" PRIMARY KEY ("sha256","grantee")
);

-- CreateIndex
CREATE INDEX "sessions_address_idx" ON "sessions"("address");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "sign_in_nonces_expires_at_idx" ON "sign_in_nonces"("expires_at");
