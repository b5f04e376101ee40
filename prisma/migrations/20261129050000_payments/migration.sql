-- CreateTable
CREATE TABLE "payment_attempts" (
    "job_id" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "nonce" TEXT NOT NULL,
    "valid_before" BIGINT NOT NULL,
    "tx_hash" TEXT,

    CONSTRAINT "payment_attempts_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "payment_identifiers" (
    "payer" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "job_id" TEXT NOT NULL,

    CONSTRAINT "payment_identifiers_pkey" PRIMARY KEY ("payer","identifier")
);
