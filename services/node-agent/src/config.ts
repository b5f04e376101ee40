import { accessSync, constants, statSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { addressSchema } from "@gristmill/shared/ids/ids";
import { z } from "zod";

const DEFAULT_DATA_DIR = `${process.env.HOME ?? "."}/.gristmill/node`;

/** `auto`, `none` or `simulated:<model>:<MiB of memory>`. */
const gpuSchema = z.string().transform((text, context) => {
  if (text === "auto" || text === "none") return { kind: text === "auto" ? "auto" : "none" } as const;
  const match = /^simulated:([a-z0-9][a-z0-9-]{0,40}):(\d{1,8})$/.exec(text);
  if (match?.[1] !== undefined) return { kind: "simulated", model: match[1], vramMiB: Number(match[2]) } as const;
  context.addIssue({
    code: "custom",
    message: 'must be "auto", "none" or "simulated:<model>:<MiB>", e.g. simulated:l4:24576',
  });
  return z.NEVER;
});

/** `latitude,longitude` in degrees, such as `52.52,13.40`. Rounded to thousandths, about 100 m. */
const locationSchema = z.string().transform((text, context) => {
  const match = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text.replaceAll(" ", ""));
  const [latitude, longitude] = [Number(match?.[1]), Number(match?.[2])];
  if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) {
    const milli = (degrees: number) => Math.round(degrees * 1000);
    return { latitudeMilli: milli(latitude), longitudeMilli: milli(longitude), source: "declared" } as const;
  }
  context.addIssue({ code: "custom", message: 'must be "latitude,longitude" in degrees, e.g. 52.52,13.40' });
  return z.NEVER;
});

const path = z
  .string()
  .min(1)
  .transform((text) => resolve(text));

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const environmentSchema = z
  .object({
    MARKET_FILE: path.optional(),
    MARKET_URL: z.url("must be the scheduler's address, e.g. https://scheduler.example").optional(),
    RPC_URL: z.url("must be the address of an Ethereum RPC endpoint").optional(),
    PROVIDER: addressSchema,
    NODE_NAME: z
      .string()
      .min(1)
      .max(64)
      .default(hostname().slice(0, 64) || "node"),
    REGION: z
      .string()
      .regex(/^[A-Z]{2}$/, "must be a two-letter country code such as DE")
      .default("ZZ"),
    LOCATION: locationSchema.optional(),
    /** What this machine can download, Mbit/s: the provider's word, and shown as that. */
    DOWN_MBPS: z.coerce.number().int().min(1).max(1_000_000).optional(),
    UP_MBPS: z.coerce.number().int().min(1).max(1_000_000).optional(),
    /** Files whose content hashes this node shows the market: a job with such an input need not fetch it. */
    DATASETS_DIR: path.optional(),
    DATA_DIR: path.default(DEFAULT_DATA_DIR),
    KEY_FILE: path.optional(),
    KEY_PASSWORD_FILE: path.optional(),
    GPU: gpuSchema.default({ kind: "auto" }),
    EXECUTOR: z.enum(["auto", "docker", "runc", "bwrap"]).default("auto"),
    DOCKER_HOST: z
      .string()
      .regex(/^(unix|tcp|http):\/\//, "must start with unix:// or tcp://")
      .optional(),
    IMAGE_STORE: path.optional(),
    TICK_SECONDS: z.coerce.number().int().min(1).max(60).default(30),
    NOTARY_GRACE_SECONDS: z.coerce.number().int().min(1).max(3600).default(60),
    /** Label on containers, for whoever sweeps a whole market away. */
    MARKET_ID: z
      .string()
      .regex(/^[a-z0-9]{1,32}$/, "must be lower-case letters and digits")
      .optional(),
    /** Program of a native prover: `PROGRAM zkey wtns proof.json public.json`. */
    PROVER_PROGRAM: path.refine((file) => isProgram(file), "must be a program that this account may run").optional(),
    /** Folder of private models that this node answers for: one JSON file each, for this account's eyes only. */
    PRIVATE_MODELS_DIR: path.optional(),
    /** Memory at which a proof is given up, tried again later. */
    PROVER_MEMORY_MIB: z.coerce.number().int().min(256).max(1_048_576).default(3072),
    /** Most proofs that wait; with so many the node takes no new lease. */
    PROOF_QUEUE: z.coerce.number().int().min(1).max(10_000).default(64),
    MAX_LOG_MIB: z.coerce.number().int().min(1).max(1024).default(4),
  })
  .refine((env) => (env.MARKET_FILE === undefined) !== (env.MARKET_URL === undefined), {
    path: ["MARKET_FILE"],
    error: "set MARKET_FILE (a market.json) or MARKET_URL (a scheduler's address), one of them",
  });

/** The agent's settings, read once at start. */
export type Config = ReturnType<typeof readConfig>;

/** @throws BaseError `config_invalid` naming each bad variable and what it should be */
export function readConfig(environment: NodeJS.ProcessEnv) {
  // An empty variable is an unset one, as shells and compose files write it.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0] ?? "environment");
      return `${name}: ${given[name] === undefined && issue.code === "invalid_type" ? "is not set" : issue.message}`;
    });
    throw new BaseError("config_invalid", problems.join("\n"), { details: { problems } });
  }
  const { KEY_FILE, KEY_PASSWORD_FILE, ...rest } = parsed.data;
  return {
    ...rest,
    KEY_FILE: KEY_FILE ?? resolve(rest.DATA_DIR, "key.json"),
    KEY_PASSWORD_FILE: KEY_PASSWORD_FILE ?? resolve(rest.DATA_DIR, "key-password"),
  };
}
