import { once } from "node:events";
import { connect } from "node:net";
import type { Address } from "viem";
import { expect, test } from "vitest";
import { orderFixture } from "../../domain/quote/quoteFixture.ts";
import { memoryApp } from "./testing/memoryApp.ts";

test("an event stream that the service ends tells its client when to come back", async () => {
  const running = await memoryApp();
  const order = orderFixture();
  const { jobId } = running.memory.openJob(order);
  const url = await running.app.listen({ host: "127.0.0.1", port: 0 });
  const headers = await running.bearer(order.terms.buyer as Address);
  const answer = await fetch(`${url}/v1/jobs/${jobId}/events`, { headers });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader?.read())?.value ?? "";
  expect(text).toContain("event: job");
  const closed = running.app.close();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    text += part.value;
  }
  expect(text).toMatch(/retry: 2000\n\n$/);
  await closed;
});

test("a browser that keeps connections open, used or not yet, does not hold up a restart", async () => {
  const { app } = await memoryApp();
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  await (await fetch(`${url}/v1/market`)).text();
  const ended = once(socket, "close");
  socket.resume();
  await app.close();
  await ended;
});
