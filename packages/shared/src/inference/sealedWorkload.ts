import type { Address, Hex } from "viem";
import { sha256 } from "viem";
import type { AssetView, Template } from "../api/views.ts";
import { type Workload, workloadSchema } from "../job/workload.ts";
import { manifestHash } from "../manifest/manifest.ts";
import { commitInput } from "./commitInput.ts";
import { randomSalt } from "./randomSalt.ts";
import { SEALED_FILE, sealInput } from "./sealedInput.ts";

/** Leases that a job may have: the first and its failovers. More readers would only be more who can read. */
const MAX_READERS = 3;

/** A listed machine that has a model, and the key to seal an input for it. */
export interface Reader {
  assetId: string;
  name: string;
  node: Address;
  encryptionKey: Hex;
  pricePerSecond: bigint;
  /** Hash of the manifest that the key stands in. Compare it with the asset's commit on chain: only then is the key the node's. */
  manifestHash: Hex;
}

/** Machines that can answer for a model now, cheapest first, three at most. */
export function readersOf(assets: readonly AssetView[], modelCommitment: string): Reader[] {
  const able = assets.flatMap(
    ({ assetId, node, manifest, manifestHash: hash, listing, availability, live }): Reader[] => {
      const encryptionKey = manifest?.encryptionKey;
      if (!manifest || !encryptionKey || !listing || availability === "offline" || availability === "draining")
        return [];
      if (!live.models.includes(modelCommitment) || manifestHash(manifest) !== hash) return [];
      const { pricePerSecond } = listing;
      return [{ assetId, name: manifest.name, node, encryptionKey, pricePerSecond, manifestHash: hash }];
    },
  );
  return able.sort((a, b) => Number(a.pricePerSecond - b.pricePerSecond)).slice(0, MAX_READERS);
}

/**
 * The workload that asks a model, and the sealed input to be stored before it is quoted. The salt stays with the buyer: with
 * the values it shows anybody what was asked.
 */
export async function sealedWorkload(options: {
  template: Template & { inference: NonNullable<Template["inference"]> };
  values: ArrayLike<number>;
  readers: readonly Reader[];
  chainId: number;
  market: Address;
}): Promise<{ workload: Workload; bytes: Uint8Array<ArrayBuffer>; salt: bigint }> {
  const { template, values, readers, chainId, market } = options;
  const { image, command, env, cpuMilli, memoryMiB, maxOutputMiB, maxSeconds, inference } = template;
  const salt = randomSalt();
  const workload = workloadSchema.parse({
    ...{ image, command, env, cpuMilli, memoryMiB, maxOutputMiB, maxSeconds },
    inference: {
      modelId: inference.modelId,
      inputCommitment: commitInput(inference.shape, values, salt).toString(),
      sealedFor: readers.map(({ node }) => node),
    },
  });
  const text = JSON.stringify({ values: Array.from(values), salt: salt.toString() });
  const bytes = await sealInput(text, readers, { chainId, market, workload });
  const input = { path: SEALED_FILE, sha256: sha256(bytes).slice(2), bytes: bytes.length };
  return { workload: workloadSchema.parse({ ...workload, inputs: [input] }), bytes, salt };
}
