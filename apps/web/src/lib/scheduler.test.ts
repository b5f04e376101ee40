// @vitest-environment node
import { searchResultSchema } from "@gristmill/shared/api/search";
import { jobViewSchema, providerViewSchema, templateSchema } from "@gristmill/shared/api/views";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { fixtureJob } from "../../test/fixtureJob.ts";
import { outputText, provider } from "../../test/fixtureMarket.ts";
import { startFixtureServer } from "../../test/fixtureServer.ts";
import { ApiError } from "./apiError.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";

let fixture: Awaited<ReturnType<typeof startFixtureServer>>;
let scheduler: Scheduler;

beforeAll(async () => {
  fixture = await startFixtureServer({ status: "captured" });
  scheduler = createScheduler(fixture.url);
});
afterAll(() => {
  fixture.server.closeAllConnections();
  fixture.server.close();
});

test("pages get amounts as exact integers, not as text or floats", async () => {
  const {
    items: [asset],
  } = await scheduler.get("/v1/assets", searchResultSchema);
  expect(asset?.listing?.pricePerSecond).toBe(420n);
  const { jobId } = fixtureJob("captured");
  const job = await scheduler.get(`/v1/jobs/${jobId}`, jobViewSchema);
  expect(job.money.booked).toBe(15_960n);
  expect((await scheduler.get(`/v1/providers/${provider}`, providerViewSchema)).earnings.total).toBe(801_200n);
});

test("an answer of another shape is refused, not shown", async () => {
  await expect(scheduler.get("/v1/assets", z.array(templateSchema))).rejects.toThrow(/unknown shape/);
});

test("a refusal keeps the scheduler's own words and code", async () => {
  const failure = await scheduler.get("/v1/nothing", z.unknown()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect((failure as ApiError).problem).toMatchObject({ status: 404, code: "not_found" });
});

test("a scheduler that is away is told apart from one that refuses", async () => {
  const away = createScheduler("http://127.0.0.1:1");
  const failure = await away.get("/v1/assets", z.unknown()).catch((error: unknown) => error);
  expect((failure as ApiError).problem).toBeUndefined();
  expect((failure as ApiError).message).toContain("did not answer");
});

test("an output arrives byte for byte", async () => {
  expect(new TextDecoder().decode(await scheduler.download("0".repeat(64)))).toBe(outputText);
});
