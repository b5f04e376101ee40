-- CreateTable
CREATE TABLE "artifacts" (
    "sha256" TEXT NOT NULL,
    "stored_at" BIGINT NOT NULL,

    CONSTRAINT "artifacts_pkey" PRIMARY KEY ("sha256")
);

-- CreateIndex
CREATE INDEX "artifacts_stored_at_idx" ON "artifacts"("stored_at");

-- What was stored before this table counts as stored now: nobody was told a shorter time.
INSERT INTO "artifacts" SELECT DISTINCT "sha256", extract(epoch FROM now())::bigint FROM "artifact_grants";
