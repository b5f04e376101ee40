import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { MODELS_DIR, readModel } from "@gristmill/circuits/models/readModel";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { commitModel } from "@gristmill/shared/inference/commitModel";
import type { Model } from "@gristmill/shared/inference/model";
import { type PrivateModel, parsePrivateModel } from "@gristmill/shared/inference/privateModel";

/** A model that this node can answer for. */
export interface KnownModel {
  circuit: string;
  model: Model;
  /** The model's file as the container reads it. */
  text: string;
  /** Blinding of a private model. */
  modelSalt?: bigint;
}

const PUBLIC_MODELS = [{ circuit: "publicDigits", file: "digits.json" }] as const;

/**
 * The models of this checkout, and the private ones that the node's operator put into `privateDir`: one JSON file each
 * (`privateModel.ts`), readable by this account only.
 *
 * @returns by the commitment of their weights
 * @throws BaseError `config_invalid` naming a file that others can read or that is no private model
 */
export function readModels(privateDir?: string): Map<bigint, KnownModel> {
  const names = privateDir === undefined ? [] : readdirSync(privateDir).sort();
  const privateOnes = names
    .filter((name) => name.endsWith(".json"))
    .map((name) => readPrivateModel(join(privateDir ?? "", name)));
  const known = new Map<bigint, KnownModel>();
  for (const { circuit, file } of PUBLIC_MODELS) {
    const model = readModel(file);
    known.set(commitModel(model, 0n), { circuit, model, text: readFileSync(join(MODELS_DIR, file), "utf8") });
  }
  for (const { circuit, model, text, salt } of privateOnes) {
    known.set(commitModel(model, salt), { circuit, model, text, modelSalt: salt });
  }
  return known;
}

function readPrivateModel(file: string): PrivateModel {
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new BaseError("config_invalid", `PRIVATE_MODELS_DIR: others can read ${file}; run: chmod 600 ${file}`);
  }
  try {
    return parsePrivateModel(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // The cause stays out: it may quote the weights.
    throw new BaseError("config_invalid", `PRIVATE_MODELS_DIR: ${file} is no private model`);
  }
}
