-- Several scheduler processes hear nodes: which one did last, and what the node said of itself.
ALTER TABLE "nodes" ADD COLUMN "heard_by" TEXT NOT NULL DEFAULT '';
ALTER TABLE "nodes" ADD COLUMN "draining" BOOLEAN NOT NULL DEFAULT false;
