import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MODELS_DIR } from "@gristmill/circuits/models/readModel";
import { registerModel } from "@gristmill/contracts/deploy/registerModel.ts";
import { bytes32Schema } from "@gristmill/shared/ids/ids";
import { modelShapeSchema } from "@gristmill/shared/inference/model";
import { parsePrivateModel } from "@gristmill/shared/inference/privateModel";
import { randomSalt } from "@gristmill/shared/inference/randomSalt";
import type { Address } from "viem";
import { z } from "zod";
import { millDir } from "../checkout.ts";
import type { JobTemplate } from "../images/jobTemplates.ts";
import type { ChainClient } from "./chainClient.ts";

/** Where the local market's provider keeps its private models: what its node's operator would put there. */
export const privateModelsDir = join(millDir, "provider", "models");

/** Ids of the registered models, by circuit. Of one market: gone with it. */
export const modelsFile = join(millDir, "market", "models.json");
const modelsSchema = z.record(z.string(), z.object({ modelId: bytes32Schema, modelCommitment: z.string() }));

/**
 * Registers the models that templates ask, unless an earlier start of the same market did, and completes the templates with their ids.
 * The provider owns the private one: its weights and salt are in a file of `privateModelsDir`.
 */
export async function registerModels(
  chain: ChainClient,
  models: Address,
  templates: readonly JobTemplate[],
): Promise<JobTemplate[]> {
  const known = existsSync(modelsFile) ? modelsSchema.parse(JSON.parse(readFileSync(modelsFile, "utf8"))) : {};
  const completed: JobTemplate[] = [];
  for (const each of templates) {
    if (each.answers === undefined) {
      completed.push(each);
      continue;
    }
    const { model: file, ...rest } = each.answers;
    const { circuit, weights } = rest;
    const entry =
      known[circuit] ?? (await register(chain, models, { circuit, file, weights, title: each.template.title }));
    known[circuit] = entry;
    const { sizes, shifts, inputBits } = JSON.parse(readFileSync(join(MODELS_DIR, file), "utf8"));
    const inference = { ...rest, ...entry, shape: modelShapeSchema.parse({ sizes, shifts, inputBits }) };
    completed.push({ ...each, template: { ...each.template, inference } });
  }
  writeFileSync(`${modelsFile}.new`, `${JSON.stringify(known, null, 2)}\n`);
  renameSync(`${modelsFile}.new`, modelsFile);
  return completed;
}

async function register(
  chain: ChainClient,
  models: Address,
  { circuit, file, weights, title }: { circuit: string; file: string; weights: "public" | "private"; title: string },
) {
  const { modelId, model } = await registerModel({
    ...{ walletClient: chain.wallet, publicClient: chain.publicClient, models, circuit, file, metadata: title },
    ...(weights === "private" && { modelSalt: privateSalt(circuit, file) }),
  });
  return { modelId, modelCommitment: model.modelCommitment.toString() };
}

/** The salt of the provider's own copy of a private model, which is made at the first start. */
function privateSalt(circuit: string, file: string): bigint {
  const target = join(privateModelsDir, file);
  if (!existsSync(target)) {
    mkdirSync(privateModelsDir, { recursive: true, mode: 0o700 });
    const model: unknown = JSON.parse(readFileSync(join(MODELS_DIR, file), "utf8"));
    const text = JSON.stringify({ circuit, salt: randomSalt().toString(), model });
    writeFileSync(`${target}.new`, text, { mode: 0o600 });
    renameSync(`${target}.new`, target);
  }
  return parsePrivateModel(JSON.parse(readFileSync(target, "utf8"))).salt;
}
