import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BaseError } from "@gristmill/shared/errors/baseError";
import { expect, test } from "vitest";
import { environmentSchema, parseConfig } from "./config.ts";

const good = {
  DATABASE_URL: "postgres://user:secret@localhost/db",
  MARKET_FILE: "market.json",
  DATA_DIR: "data",
  TEMPLATES_FILE: "templates.json",
  SCHEDULER_KEY_FILE: "key",
};

const refusal = (change: Record<string, string | undefined>): string => {
  try {
    parseConfig({ ...good, ...change });
  } catch (error) {
    if (error instanceof BaseError && error.code === "config_invalid") return error.message;
    throw error;
  }
  return "taken";
};

test("the least that must be said is enough", () => {
  expect(parseConfig(good)).toMatchObject({
    host: "127.0.0.1",
    redisUrl: undefined,
    heartbeatMs: 1000,
    startBlock: 0n,
  });
});

test("a bad value stops the start with the variable's name and what it should be", () => {
  expect(refusal({ PORT: "65536" })).toBe("PORT must be a whole number from 0 to 65535");
  expect(refusal({ PORT: "8080x" })).toContain("PORT");
  expect(refusal({ REDIS_URL: "localhost:6379" })).toContain("REDIS_URL must be a URL that starts with redis://");
  expect(refusal({ WEB_ORIGIN: "http://localhost:3000/app" })).toContain("WEB_ORIGIN must be an origin");
  expect(refusal({ DATABASE_URL: undefined })).toBe("DATABASE_URL must be set");
  expect(refusal({ MARKET_FILE: "" })).toBe("MARKET_FILE must be set");
});

test("a password in a bad URL does not reach the log", () => {
  expect(refusal({ DATABASE_URL: "mysql://user:hunter2@localhost/db" })).not.toContain("hunter2");
});

test("an operator finds every variable in the documentation, and none that is gone", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/operations.md"), "utf8");
  const told = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect(told.sort()).toEqual(Object.keys(environmentSchema.shape).sort());
});
