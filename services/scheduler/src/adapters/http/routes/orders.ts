import { type Order, orderSchema, priceSchema } from "@gristmill/shared/api/quote";
import { type JobView, orderedJobSchema } from "@gristmill/shared/api/views";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { addressSchema, jobIdSchema } from "@gristmill/shared/ids/ids";
import { gangSizeOf } from "@gristmill/shared/job/requirements";
import { jobIdOf } from "@gristmill/shared/job/terms";
import { feeOf } from "@gristmill/shared/units/amount";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import { encodePaymentRequiredHeader, encodePaymentResponseHeader } from "@x402/core/http";
import type { PaymentRequired } from "@x402/core/types";
import { isAddressEqual } from "viem";
import { z } from "zod";
import { rank } from "../../../domain/placement/rank.ts";
import { checkOrder } from "../../../domain/quote/checkOrder.ts";
import { groupRefusals } from "../../../domain/quote/groupRefusals.ts";
import type { PaymentFault } from "../../x402/paymentFault.ts";
import { paymentRequirementsSchema } from "../../x402/paymentPayload.ts";
import { ownsJob } from "../access/guard.ts";
import { grantJob } from "../access/openSession.ts";
import { signInWithXExtension, walletOf } from "../access/signInWithX.ts";
import type { App } from "../app.ts";
import { awaitJob } from "../awaitJob.ts";
import type { HttpDeps, HttpLimits } from "../httpDeps.ts";
import { answers } from "../problem/answers.ts";
import { publicJobOf } from "../publicJobOf.ts";
import { readPaymentHeader } from "../readPaymentHeader.ts";

/** Body of the 402 before any payment: what it costs and what comes back, for people and programs. */
export const paymentRequiredSchema = z.object({
  x402Version: z.literal(2),
  error: z.string(),
  /** x402 v2 requirements, as in the `PAYMENT-REQUIRED` header. */
  accepts: z.array(paymentRequirementsSchema),
  summary: z.string(),
  jobId: jobIdSchema,
  vault: addressSchema,
  refundTo: addressSchema,
  price: priceSchema.omit({ expected: true }),
});

export function orderRoutes(app: App, deps: HttpDeps, limits: HttpLimits): void {
  const { market, payments, reads } = deps;
  app.post(
    "/v1/jobs",
    {
      config: {
        access: "anyone",
        // The answer holds the payer's token, which nothing keeps.
        idempotency: "one",
        costsNothingOnError: true,
        rateLimit: { max: limits.costlyRequestsPerMinute },
      },
      schema: {
        tags: ["buy"],
        summary: "Order a job and pay for it with x402",
        description: orderDescription,
        body: orderSchema,
        response: {
          ...answers(
            201,
            "The job, funded on chain. `PAYMENT-RESPONSE` names the transaction",
            orderedJobSchema,
            400,
            409,
            422,
            503,
          ),
          402: {
            description:
              "What to pay, in the `PAYMENT-REQUIRED` header and here. After a payment that was not taken: a problem",
            content: { "application/json": { schema: paymentRequiredSchema } },
          },
        },
      },
    },
    async (request, reply) => {
      const { body: order, headers, principal } = request;
      const payload = readPaymentHeader(headers);
      const wallet = await walletOf(request, deps);
      const purchase = await payments.purchase(order, payload, () => refuseBadOrder(order, deps));
      if (purchase.outcome === "unpaid") {
        const { required, fault } = purchase;
        const extensions = { ...required.extensions, ...(await signInWithXExtension(deps)) };
        reply
          .header("PAYMENT-REQUIRED", encodePaymentRequiredHeader({ ...required, extensions }))
          .header("cache-control", "no-store");
        if (fault) throw paymentRefused(fault);
        return reply.code(402).send(paymentBody(order, required, deps));
      }
      const jobId = jobIdOf(order.terms, market.contracts.escrow, market.chainId);
      if (purchase.settlement?.success)
        reply.header("PAYMENT-RESPONSE", encodePaymentResponseHeader(purchase.settlement));
      // The buyer's own wallet needs no payment to see what was paid for.
      const isPayer = purchase.isPayer || (wallet !== undefined && isAddressEqual(wallet, order.terms.buyer));
      const access = isPayer ? await grantJob(jobId, request, reply, deps) : null;
      if (purchase.outcome === "pending") throw pending(purchase.where, order, deps);
      const job = await awaitJob(reads, jobId, limits.jobVisibleMs);
      if (!job) throw pending("in the job", order, deps);
      return reply
        .code(201)
        .header("location", `/v1/jobs/${jobId}`)
        .send({
          // Whoever knows the order but did not pay it learns nothing that it did not bring, or that the chain does not tell.
          ...(isPayer || ownsJob(principal, jobId, deps) ? job : withoutPrivate(job, order)),
          access,
        });
    },
  );
}

/** Before anything about payment: an order that cannot be served is refused while nothing is charged. */
async function refuseBadOrder(
  order: Order,
  { market, artifacts, grants, templates, reads, chainNow }: HttpDeps,
): Promise<void> {
  const now = chainNow();
  const { terms, workload, requirements } = order;
  const stored = new Map<string, number>();
  const samples = new Set<string>(templates.flatMap(({ sampleInputs }) => sampleInputs.map(({ sha256 }) => sha256)));
  for (const { sha256 } of workload.inputs) {
    // Outputs' hashes can be read off the chain: only what somebody brought as an input may become one.
    if (!samples.has(sha256) && !(await grants.isOrderable(sha256, now))) continue;
    const bytes = await artifacts.bytesOf(sha256);
    if (bytes !== undefined) stored.set(sha256, bytes);
  }
  const problems = checkOrder({ order, market, now, stored });
  const first = problems[0];
  if (first) {
    const errors = problems.map(({ field, message }) => ({ field, message }));
    throw new BaseError(first.code, problems.map(({ message }) => message).join("; "), { details: { errors } });
  }
  const { candidates, refused } = rank(reads.assets(), {
    requirements,
    workload,
    pricePerSecondCap: terms.pricePerSecondCap,
    budget: terms.cap,
    feeBps: terms.feeBps,
    now,
    deadline: terms.leaseEnd,
  });
  if (candidates.length > 0) return;
  const errors = groupRefusals(refused).map(({ field, name, reason }) => ({ field, message: `${name} ${reason}` }));
  throw new BaseError("no_asset_fits", "no asset fits this order any more: ask for a fresh quote", {
    details: { errors },
  });
}

function withoutPrivate(job: JobView, { workload, requirements }: Order): JobView {
  const { timeline, ...rest } = publicJobOf(job);
  const said = timeline.map((entry) => ({ ...entry, detail: "" }));
  return { ...rest, timeline: said, detail: "", workload, requirements, output: null, outputs: [], checkpoints: [] };
}

function paymentRefused({ code, field, message }: PaymentFault): BaseError {
  return new BaseError(code, message, { details: { errors: [{ field, message }], money: "Nothing was charged." } });
}

function pending(where: "on its way" | "in the vault" | "in the job", order: Order, deps: HttpDeps): BaseError {
  const jobId = jobIdOf(order.terms, deps.market.contracts.escrow, deps.market.chainId);
  const money = {
    "on its way": `Your payment was sent and is not confirmed yet. It can only arrive in the job's vault ${deps.vaultOf(jobId)}.`,
    "in the vault": `Your payment is in the job's vault ${deps.vaultOf(jobId)}. It is moved into the job by itself, or returns to ${order.terms.refundTo} when the job's time is over.`,
    "in the job": "Your payment is in the job's escrow; the job is about to show.",
  }[where];
  const message = `job ${jobId} is not ready yet; send the same order again in a moment, it is not charged twice`;
  return new BaseError("payment_pending", message, { details: { money: `${money} Do not pay again.` } });
}

function paymentBody(order: Order, required: PaymentRequired, deps: HttpDeps): z.infer<typeof paymentRequiredSchema> {
  const { terms, workload, requirements } = order;
  const jobId = jobIdOf(terms, deps.market.contracts.escrow, deps.market.chainId);
  const shards = gangSizeOf(requirements);
  const oneShard = terms.pricePerSecondCap * BigInt(workload.maxSeconds);
  const compute = oneShard * BigInt(shards);
  const fee = feeOf(oneShard, terms.feeBps) * BigInt(shards);
  const parts = shards === 1 ? "" : `${shards} parts, each `;
  const summary = `Pay ${formatUsd(terms.cap)} ${deps.market.paymentToken.symbol}: ${parts}up to ${workload.maxSeconds} s at ${formatUsd(terms.pricePerSecondCap)} per second (${formatUsd(compute)}) and a fee of ${terms.feeBps / 100} % (${formatUsd(fee)}). Only proven seconds are charged; the rest returns to ${terms.refundTo}.`;
  return {
    x402Version: 2,
    error: required.error ?? "Payment required",
    accepts: required.accepts,
    summary,
    jobId,
    vault: deps.vaultOf(jobId),
    refundTo: terms.refundTo,
    price: {
      pricePerSecond: terms.pricePerSecondCap,
      maxSeconds: workload.maxSeconds,
      shards,
      compute,
      fee,
      feeBps: terms.feeBps,
      total: terms.cap,
    },
  };
}

const orderDescription = `Send \`terms\`, \`workload\` and \`requirements\` of a quote. An order that cannot be served is refused with 422 before any payment is asked for. A good one is answered with 402 and x402 v2 requirements (scheme \`exact\`, EIP-3009): \`payTo\` is the job's vault, a CREATE2 address that commits to the terms, so money sent there can only reach this job or \`refundTo\`.

Send the same body again with \`PAYMENT-SIGNATURE\` (base64 JSON of an x402 \`PaymentPayload\`; the stock client \`@x402/fetch\` does all this). The answer is 201 with the job, and \`PAYMENT-RESPONSE\` with the transaction. Sending it again, any number of times, answers with the same job and charges nothing.

The answer's \`access.token\` is for whoever paid: \`Authorization: Bearer <token>\` reads this job, its events and artifacts for 30 days.

402 with a problem body: the payment was not taken (\`errors[].field\` says why) and nothing was charged. 503 \`payment_pending\`: money has moved, \`money\` says where it is; send the same request again.`;
