import { BaseError } from "@gristmill/shared/errors/baseError";
import { z } from "zod";

/** Beats that may be missed before a node takes no more leases. */
export const MISSED_BEATS = 3;
/** Between two looks for lost nodes. */
export const LOST_SWEEP_MS = 500;

const url = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
  });

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);

const file = z.string().min(1, "must be the path of a file");

const hostPorts = z
  .string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .refine((parts) => parts.every((part) => /^[^\s/:]+:\d{1,5}$/.test(part)), {
    error: "must be host:port, more of them separated by commas",
  });

export const environmentSchema = z.object({
  HOST: z.string().min(1).default("127.0.0.1"),
  /** 0: any free port. */
  PORT: wholeNumber(0, 65_535).default(8080),
  DATABASE_URL: url("postgres:", "postgresql:"),
  REDIS_URL: url("redis:", "rediss:").optional(),
  /** `rpcUrl` of the market file when absent. */
  RPC_URL: url("http:", "https:").optional(),
  /** `market.json`. */
  MARKET_FILE: file,
  /** Folder for artifacts. */
  DATA_DIR: z.string().min(1, "must be the path of a folder"),
  /** JSON `Template[]`. */
  TEMPLATES_FILE: file,
  /** File that holds the scheduler's 0x private key and that nobody else may read. */
  SCHEDULER_KEY_FILE: file,
  /** Where clients and nodes reach this scheduler; `schedulerUrl` of the market file when absent. */
  PUBLIC_URL: url("http:", "https:").optional(),
  /** Exact origin of the dApp. */
  WEB_ORIGIN: url("http:", "https:")
    .refine((text) => new URL(text).origin === text, {
      error: "must be an origin such as http://127.0.0.1:3000, no path",
    })
    .optional(),
  HEARTBEAT_MS: wholeNumber(100, 600_000).default(1000),
  /** Silence on top of the heartbeat rule before a node's leases end. */
  LOST_GRACE_MS: wholeNumber(0, 3_600_000).default(1000),
  /** After a start: time for nodes to come back before their silence counts. */
  RECONNECT_MS: wholeNumber(0, 3_600_000).default(20_000),
  CHAIN_POLL_MS: wholeNumber(50, 60_000).default(200),
  /** A transaction that waits longer than this to be mined is sent again with a higher fee. */
  OUTBID_AFTER_MS: wholeNumber(100, 3_600_000).default(36_000),
  /** First block of the market; `startBlock` of the market file when 0. */
  START_BLOCK: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0),
  /** Where `GET /metrics` is answered; no port, no metrics. */
  METRICS_HOST: z.string().min(1).default("127.0.0.1"),
  METRICS_PORT: wholeNumber(0, 65_535).optional(),
  /** OpenTelemetry collector (OTLP over HTTP); absent: no traces. */
  OTEL_EXPORTER_OTLP_ENDPOINT: url("http:", "https:").optional(),
  /** Addresses or networks of reverse proxies, separated by commas, whose word about the client's address is taken. */
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .default([]),
  /** After SIGTERM: time for requests under way. */
  SHUTDOWN_MS: wholeNumber(0, 600_000).default(8000),
  /** Another x402 facilitator that settles payments; absent: this scheduler settles them itself. */
  FACILITATOR_URL: url("http:", "https:").optional(),
  /** Exact `host:port`, separated by commas, that webhooks may reach although private, also without TLS. */
  WEBHOOK_ALLOW_PRIVATE: hostPorts.default([]),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
});

export interface Config {
  host: string;
  port: number;
  databaseUrl: string;
  redisUrl: string | undefined;
  rpcUrl: string | undefined;
  marketFile: string;
  dataDir: string;
  templatesFile: string;
  schedulerKeyFile: string;
  publicUrl: string | undefined;
  webOrigin: string | undefined;
  heartbeatMs: number;
  lostGraceMs: number;
  reconnectMs: number;
  chainPollMs: number;
  outbidAfterMs: number;
  startBlock: bigint;
  metricsHost: string;
  metricsPort: number | undefined;
  otlpEndpoint: string | undefined;
  trustedProxies: readonly string[];
  shutdownMs: number;
  facilitatorUrl: string | undefined;
  webhookAllowPrivate: readonly string[];
  logLevel: string;
}

/**
 * Reads the environment once.
 * @throws BaseError `config_invalid`, one line for each variable: its name and what it should be, never its value
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable is an absent one: compose files and shells cannot unset.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `${name} ${given[name] === undefined ? "must be set" : issue.message}`;
    });
    throw new BaseError("config_invalid", lines.join("\n"));
  }
  const env = parsed.data;
  return {
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    rpcUrl: env.RPC_URL,
    marketFile: env.MARKET_FILE,
    dataDir: env.DATA_DIR,
    templatesFile: env.TEMPLATES_FILE,
    schedulerKeyFile: env.SCHEDULER_KEY_FILE,
    publicUrl: env.PUBLIC_URL,
    webOrigin: env.WEB_ORIGIN,
    heartbeatMs: env.HEARTBEAT_MS,
    lostGraceMs: env.LOST_GRACE_MS,
    reconnectMs: env.RECONNECT_MS,
    chainPollMs: env.CHAIN_POLL_MS,
    outbidAfterMs: env.OUTBID_AFTER_MS,
    startBlock: BigInt(env.START_BLOCK),
    metricsHost: env.METRICS_HOST,
    metricsPort: env.METRICS_PORT,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    trustedProxies: env.TRUSTED_PROXIES,
    shutdownMs: env.SHUTDOWN_MS,
    facilitatorUrl: env.FACILITATOR_URL,
    webhookAllowPrivate: env.WEBHOOK_ALLOW_PRIVATE,
    logLevel: env.LOG_LEVEL,
  };
}
