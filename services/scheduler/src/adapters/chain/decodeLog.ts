import { assetAbi } from "@gristmill/shared/abi/asset";
import { escrowAbi } from "@gristmill/shared/abi/escrow";
import { marketplaceAbi } from "@gristmill/shared/abi/marketplace";
import { registryAbi } from "@gristmill/shared/abi/registry";
import { addressSchema, jobIdSchema, leaseIdSchema } from "@gristmill/shared/ids/ids";
import { termsSchema } from "@gristmill/shared/job/terms";
import { endReasons } from "@gristmill/shared/lease/leaseState";
import { readCaptured } from "@gristmill/shared/receipt/span";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Address, decodeEventLog, type Hex, isAddressEqual, zeroAddress } from "viem";
import type { ChainFact } from "../../domain/lifecycle/chainEvent.ts";
import type { MarketContracts } from "./marketContracts.ts";

export interface RawLog {
  address: Address;
  topics: readonly Hex[];
  data: Hex;
}

const job = (id: Hex) => jobIdSchema.parse(id);
const lease = (id: Hex) => leaseIdSchema.parse(id);

/** A log of our contracts in the product's words; undefined when the product does not need it. */
export function decodeLog(contracts: MarketContracts, log: RawLog): ChainFact | undefined {
  const { data } = log;
  const topics = log.topics as [Hex, ...Hex[]];
  if (isAddressEqual(log.address, contracts.market)) return marketFact(topics, data);
  if (isAddressEqual(log.address, contracts.escrow)) return escrowFact(topics, data);
  if (isAddressEqual(log.address, contracts.asset)) return assetFact(topics, data);
  return isAddressEqual(log.address, contracts.registry) ? registryFact(topics, data) : undefined;
}

function marketFact(topics: [Hex, ...Hex[]], data: Hex): ChainFact | undefined {
  const event = decodeEventLog({ abi: marketplaceAbi, topics, data, strict: true });
  switch (event.eventName) {
    case "Listed": {
      const { assetId, token, pricePerSecond, minSeconds, maxSeconds, endsAt, version } = event.args;
      const listing = { token, pricePerSecond, minSeconds, maxSeconds, endsAt: Number(endsAt), version };
      return { kind: "listed", assetId: assetId.toString(), listing };
    }
    case "NoticeSet": {
      const { assetId, noticeSeconds } = event.args;
      return { kind: "noticeSet", assetId: assetId.toString(), noticeSeconds };
    }
    case "Unlisted":
      return { kind: "unlisted", assetId: event.args.assetId.toString() };
    case "LeaseAssigned": {
      const { jobId, leaseId, assetId, endsAt, ...rest } = event.args;
      return {
        kind: "leaseAssigned",
        ...rest,
        jobId: job(jobId),
        leaseId: lease(leaseId),
        assetId: assetId.toString(),
        endsAt: Number(endsAt),
      };
    }
    case "LeaseStarted":
      return { kind: "leaseStarted", leaseId: lease(event.args.leaseId), startedAt: Number(event.args.startedAt) };
    case "LeaseEnded": {
      const reason = endReasons[event.args.reason] ?? "none";
      return { kind: "leaseEnded", leaseId: lease(event.args.leaseId), reason, endedAt: Number(event.args.endedAt) };
    }
    case "UsageCaptured": {
      const { jobId, leaseId, ...rest } = event.args;
      return { kind: "usageCaptured", ...rest, jobId: job(jobId), leaseId: lease(leaseId) };
    }
    case "UsagesCaptured":
      return {
        kind: "usagesCaptured",
        captured: event.args.captured.map(({ leaseId, usage }) => {
          const { sequence, from, to, amount, fee } = readCaptured(usage);
          return { leaseId: lease(leaseId), sequence, from, to, amount, fee };
        }),
      };
    case "InferenceCaptured": {
      const { leaseId, modelId, inputCommitment, amount, fee } = event.args;
      const answer = { modelId, inputCommitment, class: Number(event.args.class), amount, fee };
      return { kind: "inferenceCaptured", leaseId: lease(leaseId), ...answer };
    }
    case "LeaseClosed": {
      const { leaseId, billedSeconds, output } = event.args;
      return { kind: "leaseClosed", leaseId: lease(leaseId), billedSeconds, output };
    }
    case "LeaseFinished":
      return { kind: "leaseFinished", leaseId: lease(event.args.leaseId) };
    case "JobAccepted":
      return { kind: "jobAccepted", jobId: job(event.args.jobId) };
    case "JobSettled": {
      const { jobId, paid, fees, refunded } = event.args;
      return { kind: "jobSettled", jobId: job(jobId), paid, fees, refunded };
    }
    default:
      return undefined;
  }
}

function escrowFact(topics: [Hex, ...Hex[]], data: Hex): ChainFact | undefined {
  const event = decodeEventLog({ abi: escrowAbi, topics, data, strict: true });
  switch (event.eventName) {
    case "JobOpened": {
      const { jobId, terms } = event.args;
      const wire = {
        ...toWire(terms),
        leaseEnd: Number(terms.leaseEnd),
        captureDeadline: Number(terms.captureDeadline),
        claimDeadline: Number(terms.claimDeadline),
        reclaimAt: Number(terms.reclaimAt),
      };
      return { kind: "jobOpened", jobId: job(jobId), terms: termsSchema.parse(wire) };
    }
    case "JobReleased": {
      const { jobId, payee, amount } = event.args;
      return { kind: "jobReleased", jobId: job(jobId), payee, amount };
    }
    case "JobClosed":
      return { kind: "jobClosed", jobId: job(event.args.jobId) };
    case "JobFunded":
    case "JobReserved":
    case "JobUnreserved":
    case "JobRefunded":
    case "VaultReturned":
      return { kind: "jobTouched", jobId: job(event.args.jobId) };
    default:
      return undefined;
  }
}

function assetFact(topics: [Hex, ...Hex[]], data: Hex): ChainFact | undefined {
  const event = decodeEventLog({ abi: assetAbi, topics, data, strict: true });
  switch (event.eventName) {
    case "AssetMinted": {
      const { assetId, manifest, attestedUntil, ...rest } = event.args;
      return {
        kind: "assetMinted",
        ...rest,
        assetId: assetId.toString(),
        manifestHash: manifest,
        attestedUntil: Number(attestedUntil),
      };
    }
    case "AttestationRenewed": {
      const { assetId, manifest, attestedUntil } = event.args;
      const renewed = { manifestHash: manifest, attestedUntil: Number(attestedUntil) };
      return { kind: "assetRenewed", assetId: assetId.toString(), ...renewed };
    }
    case "Transfer": {
      // A mint is told by AssetMinted.
      if (event.args.from === zeroAddress) return undefined;
      return { kind: "assetMoved", assetId: event.args.tokenId.toString(), to: addressSchema.parse(event.args.to) };
    }
    default:
      return undefined;
  }
}

function registryFact(topics: [Hex, ...Hex[]], data: Hex): ChainFact | undefined {
  const event = decodeEventLog({ abi: registryAbi, topics, data, strict: true });
  switch (event.eventName) {
    case "NodeAdded":
      return { kind: "nodeAdded", provider: event.args.provider, node: event.args.node };
    case "NodeRevoked":
      return { kind: "nodeRevoked", node: event.args.node };
    default:
      return undefined;
  }
}
