import { searchResultSchema } from "@gristmill/shared/api/search";
import { problemSchema } from "@gristmill/shared/errors/problem";
import type { JobId } from "@gristmill/shared/ids/ids";
import { toHex } from "viem";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assetFixture } from "../../domain/placement/assetFixture.ts";
import { orderFixture } from "../../domain/quote/quoteFixture.ts";
import { memoryApp } from "./testing/memoryApp.ts";

let running: Awaited<ReturnType<typeof memoryApp>>;
beforeEach(async () => {
  running = await memoryApp();
});
afterEach(() => running.app.close());

const id = (number: number) => toHex(number, { size: 32 });

/** Reads a list to its end, a few at a time. */
async function readAll(url: string, headers: Record<string, string> = {}) {
  const items: Record<string, unknown>[] = [];
  let cursor = "";
  for (let pages = 0; pages < 50; pages++) {
    const answer = await running.app.inject({ url: `${url}limit=3${cursor && `&cursor=${cursor}`}`, headers });
    expect(answer.statusCode, answer.body).toBe(200);
    items.push(...answer.json().items);
    if (answer.json().next === null) return items;
    cursor = answer.json().next;
  }
  throw new Error("the list does not end");
}

describe("a list of any length is read to its end", () => {
  it("assets, by any filter", async () => {
    running.memory.assets = Array.from({ length: 8 }, (_, index) =>
      assetFixture({ assetId: String(index + 1), region: index % 2 ? "DE" : "SE" }),
    );
    expect((await readAll("/v1/assets?")).map(({ assetId }) => assetId)).toEqual([..."12345678"]);
    expect(await readAll("/v1/assets?region=DE&")).toHaveLength(4);
    const answer = await running.app.inject("/v1/assets?region=DE&region=SE&limit=1");
    expect(searchResultSchema.parse(answer.json())).toMatchObject({ total: 8, considered: 8 });
  });

  it("jobs of a buyer, newest first", async () => {
    const order = orderFixture();
    for (let index = 0; index < 7; index++) {
      const job = running.memory.openJob({ ...order, terms: { ...order.terms, salt: id(index) } });
      running.memory.jobs.set(job.jobId, { ...job, createdAt: index % 3 });
    }
    const seen = await readAll("/v1/jobs?", await running.bearer(order.terms.buyer));
    expect(seen.map(({ createdAt }) => createdAt)).toEqual([2, 2, 1, 1, 0, 0, 0]);
    expect(new Set(seen.map(({ jobId }) => jobId)).size).toBe(7);
  });

  it("a job's log and its receipts", async () => {
    const order = orderFixture();
    const job = running.memory.openJob(order);
    const leaseId = id(1) as never;
    const line = { leaseId, stream: "stdout" as const, atMs: 0 };
    running.memory.logs.set(
      job.jobId,
      Array.from({ length: 7 }, (_, seq) => ({ ...line, id: seq * 10, seq, text: `line ${seq}` })),
    );
    const receipt = (sequence: number) => ({ leaseId, sequence, amount: 1n });
    const receipts = Array.from({ length: 7 }, (_, sequence) => receipt(sequence));
    running.memory.jobs.set(job.jobId, { ...job, receipts } as never);
    const headers = await running.bearer(order.terms.buyer);
    expect((await readAll(`/v1/jobs/${job.jobId}/logs?`, headers)).map(({ seq }) => seq)).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ]);
    expect((await readAll(`/v1/jobs/${job.jobId}/receipts?`)).map(({ sequence }) => sequence)).toEqual([
      6, 5, 4, 3, 2, 1, 0,
    ]);
  });

  it("a provider's leases, newest first", async () => {
    running.memory.providerLeases = Array.from({ length: 7 }, (_, index) => {
      return { leaseId: id(index), assignedAt: index >> 1 };
    }) as never;
    const { provider } = assetFixture();
    const seen = await readAll(`/v1/providers/${provider}/leases?`);
    expect(seen.map(({ assignedAt }) => assignedAt)).toEqual([3, 2, 2, 1, 1, 0, 0]);
  });

  it("never with the cursor of somebody else's list", async () => {
    const order = orderFixture();
    const other = { ...order, terms: { ...order.terms, salt: id(9) } };
    const jobs = [order, other].map((each) => running.memory.openJob(each).jobId as JobId);
    const line = { leaseId: id(1) as never, stream: "stdout" as const, text: "", atMs: 0 };
    for (const jobId of jobs)
      running.memory.logs.set(
        jobId,
        [0, 1].map((seq) => ({ ...line, id: seq, seq })),
      );
    const headers = await running.bearer(order.terms.buyer);
    const first = await running.app.inject({ url: `/v1/jobs/${jobs[0]}/logs?limit=1`, headers });
    const cursor = first.json().next;
    for (const url of [`/v1/jobs/${jobs[1]}/logs`, "/v1/jobs", "/v1/assets", `/v1/jobs/${jobs[0]}/receipts`]) {
      const answer = await running.app.inject({ url: `${url}?cursor=${cursor}`, headers });
      expect([answer.statusCode, problemSchema.parse(answer.json()).errors?.[0]?.field], url).toEqual([422, "cursor"]);
    }
  });
});

describe("a search names what it does not understand", () => {
  it.each([
    ["gpuclass=simulated-a", "gpuclass"],
    ["minVramMiB=24GiB", "minVramMiB"],
    ["minVramMiB=-1", "minVramMiB"],
    ["minVramMiB=1&minVramMiB=2", "minVramMiB"],
    ["maxPricePerSecond=0.5", "maxPricePerSecond"],
    ["region=germany", "region"],
    ["sort=cheapest", "sort"],
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["cursor=abc", "cursor"],
    [`text=${"x".repeat(65)}`, "text"],
  ])("%s", async (query, field) => {
    const answer = await running.app.inject(`/v1/assets?${query}`);
    const problem = problemSchema.parse(answer.json());
    expect([answer.statusCode, problem.code]).toEqual([422, "invalid_request"]);
    expect(problem.errors?.map((error) => error.field)).toContain(field);
  });
});
