import { createHash } from "node:crypto";
import { type JobId, jobIdSchema } from "@gristmill/shared/ids/ids";
import { toWire } from "@gristmill/shared/units/toWire";
import { type Address, getAddress, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../../test/testDatabase.ts";
import { NOW, orderFixture } from "../../domain/quote/quoteFixture.ts";
import { createArtifactGrants } from "../artifact/createArtifactGrants.ts";
import { type Database, openDatabase } from "../db/database.ts";
import { migrate } from "../db/migrate.ts";
import { createPayerMarks } from "./payerMarks.ts";
import { createSessionStore } from "./sessionStore.ts";

let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await testDatabase();
  await migrate(server.url);
  database = openDatabase(server.url);
});
afterAll(async () => {
  await database?.close();
  await server?.drop();
});

const wallet = (digit: string): Address => getAddress(`0x${digit.repeat(40)}`);
const jobId = (number: number): JobId => jobIdSchema.parse(toHex(number, { size: 32 }));
const hash = (text: string) => createHash("sha256").update(text).digest("hex");

describe("sessions in Postgres", () => {
  it("end at their time, when they are ended, and when all of a wallet are", async () => {
    const store = createSessionStore(database);
    const row = (tokenHash: string, address: Address | null) => ({ tokenHash, address, jobs: [], expiresAt: 1_000 });
    for (const name of ["a", "b", "c"]) await store.keep(row(name, wallet("1")), 0);
    await store.keep(row("d", wallet("2")), 0);
    expect(await store.find("a", 999)).toEqual(row("a", wallet("1")));
    expect(await store.find("a", 1_000)).toBeUndefined();
    await store.remove("a");
    expect(await store.find("a", 0)).toBeUndefined();
    await store.removeAllOf(wallet("1"));
    expect(await store.find("c", 0)).toBeUndefined();
    expect(await store.find("d", 0)).toBeDefined();
    await store.keep(row("e", null), 2_000);
    expect(await database.prisma.session.count({ where: { tokenHash: "d" } })).toBe(0);
  });

  it("hold a paid job once, however often its answer was asked for", async () => {
    const store = createSessionStore(database);
    await store.keep({ tokenHash: "jobs", address: null, jobs: [jobId(1)], expiresAt: 1_000 }, 0);
    for (const id of [1, 2, 2]) await store.addJob("jobs", jobId(id));
    expect((await store.find("jobs", 0))?.jobs).toEqual([jobId(1), jobId(2)]);
  });

  it("take a nonce once, whichever of many copies comes first", async () => {
    const store = createSessionStore(database);
    await store.keepNonce("n", 100, 0);
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.takeNonce("n", 50)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    await store.keepNonce("late", 100, 0);
    expect(await store.takeNonce("late", 100)).toBe(false);
  });

  it("know the client whose payment was taken last, and no other", async () => {
    const marks = createPayerMarks(database);
    await marks.keep(jobId(1), hash("first"));
    await marks.keep(jobId(1), hash("second"));
    expect(await marks.matches(jobId(1), hash("second"))).toBe(true);
    expect(await marks.matches(jobId(1), hash("first"))).toBe(false);
    expect(await marks.matches(jobId(2), hash("second"))).toBe(false);
  });
});

describe("rights to artifacts in Postgres", () => {
  it("come from bringing the bytes and from jobs, for their buyer alone", async () => {
    const grants = createArtifactGrants(database.pool);
    const [input, output, other] = [hash("input"), hash("output"), hash("other")];
    const order = orderFixture();
    const workload = { ...order.workload, inputs: [{ path: "a", sha256: input, bytes: 1 }] };
    const row = { vault: "0x", terms: toWire(order.terms), requirements: order.requirements };
    await database.prisma.order.create({
      data: { ...row, jobId: jobId(1), buyer: wallet("1"), workload } as never,
    });
    await grants.noteUpload(output, { job: jobId(1) }, NOW);
    await grants.noteUpload(other, { wallet: wallet("2") }, NOW);
    await grants.noteUpload(other, { wallet: wallet("2") }, NOW);

    expect(await Promise.all([input, output, other].map((it) => grants.isOfWallet(it, wallet("1"))))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await Promise.all([input, output, other].map((it) => grants.isOfWallet(it, wallet("2"))))).toEqual([
      false,
      false,
      true,
    ]);
    expect(await Promise.all([input, output, other].map((it) => grants.isOfJob(it, jobId(1))))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await grants.isOfJob(output, jobId(2))).toBe(false);
    expect([await grants.isInputOf(output, jobId(1)), await grants.isOutputOf(input, jobId(1))]).toEqual([
      false,
      false,
    ]);
    expect([await grants.isOrderable(output, NOW), await grants.isOrderable(other, NOW)]).toEqual([false, true]);
  });
});
