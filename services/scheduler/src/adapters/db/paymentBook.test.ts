import type { JobId } from "@gristmill/shared/ids/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { type Database, openDatabase } from "./database.ts";
import { migrate } from "./migrate.ts";
import { createPaymentBook } from "./paymentBook.ts";

let server: TestDatabase;
let database: Database;
const jobId = `0x${"1".repeat(64)}` as JobId;
const otherJob = `0x${"2".repeat(64)}` as JobId;

beforeAll(async () => {
  server = await testDatabase();
  await migrate(server.url);
  database = openDatabase(server.url);
}, 240_000);
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

test("a payment on its way is known to the next process, and a payer's name for it stands for one job", async () => {
  const payer = `0x${"a".repeat(40)}` as const;
  const attempt = { payer, nonce: `0x${"3".repeat(64)}` as const, validBefore: 9n, txHash: undefined };
  await createPaymentBook(database).keep(jobId, attempt);
  const sent = { ...attempt, txHash: `0x${"4".repeat(64)}` as const };
  const book = createPaymentBook(database);
  expect((await book.find(jobId))?.txHash).toBeUndefined();
  await book.keep(jobId, sent);
  expect(await book.find(jobId)).toMatchObject({ validBefore: 9n, txHash: sent.txHash, nonce: sent.nonce });
  await book.forget(jobId);
  expect(await book.find(jobId)).toBeUndefined();
  const claims = await Promise.all([jobId, otherJob, jobId].map((job) => book.claimIdentifier(payer, "name", job)));
  expect(new Set(claims).size).toBe(1);
  expect(await book.claimIdentifier(`0x${"b".repeat(40)}`, "name", otherJob)).toBe(otherJob);
});
