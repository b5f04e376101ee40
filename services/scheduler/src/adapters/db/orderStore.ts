import { addressSchema, bytes32Schema, jobIdSchema } from "@gristmill/shared/ids/ids";
import { requirementsSchema } from "@gristmill/shared/job/requirements";
import { termsSchema } from "@gristmill/shared/job/terms";
import { workloadSchema } from "@gristmill/shared/job/workload";
import { toWire } from "@gristmill/shared/units/toWire";
import type { OrderStore, StoredOrder } from "../../application/ports.ts";
import { traceparent } from "../telemetry/tracing.ts";
import type { Database } from "./database.ts";
import type { Order as OrderRow } from "./generated/client.ts";

/** First look at an order's vault, when no payment was announced by then. */
const FIRST_SWEEP_MS = 15_000;

function read(row: OrderRow): StoredOrder {
  return {
    jobId: jobIdSchema.parse(row.jobId),
    terms: termsSchema.parse(row.terms),
    workload: workloadSchema.parse(row.workload),
    requirements: requirementsSchema.parse(row.requirements),
    vault: addressSchema.parse(row.vault),
    paymentTx: row.paymentTx === null ? null : bytes32Schema.parse(row.paymentTx),
    createdAt: Math.floor(row.createdAt.getTime() / 1000),
  };
}

/** Orders by job id. */
export function createOrderStore({ prisma }: Database): OrderStore {
  return {
    async keep(jobId, order, vault) {
      await prisma.$transaction(async (tx) => {
        const { count } = await tx.order.createMany({
          data: [
            {
              jobId,
              vault,
              buyer: order.terms.buyer,
              terms: toWire(order.terms),
              workload: order.workload,
              requirements: toWire(order.requirements),
            },
          ],
          skipDuplicates: true,
        });
        if (count === 0) return;
        const parent = traceparent();
        const trace = parent === undefined ? {} : { traceparent: parent };
        await tx.outbox.create({ data: { task: "sweepVault", payload: { jobId, ...trace }, delayMs: FIRST_SWEEP_MS } });
      });
    },
    async find(jobId) {
      const row = await prisma.order.findUnique({ where: { jobId } });
      return row === null ? undefined : read(row);
    },
    async idsOf(buyer) {
      const rows = await prisma.order.findMany({ where: { buyer }, select: { jobId: true } });
      return rows.map((row) => jobIdSchema.parse(row.jobId));
    },
    async fundable(now) {
      const rows = await prisma.order.findMany({
        where: { terms: { path: ["leaseEnd"], gt: now } },
        select: { jobId: true },
      });
      return rows.map((row) => jobIdSchema.parse(row.jobId));
    },
    async notePayment(jobId, txHash) {
      await prisma.order.updateMany({ where: { jobId, paymentTx: null }, data: { paymentTx: txHash } });
    },
  };
}
