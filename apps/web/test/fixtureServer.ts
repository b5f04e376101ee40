import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { JobStatus } from "@gristmill/shared/job/jobStatus";
import { toWire } from "@gristmill/shared/units/toWire";
import { encodeAbiParameters } from "viem";
import { fixtureJob, fixtureProvider } from "./fixtureJob.ts";
import {
  buyer,
  fixtureAssets,
  fixtureMarket,
  fixtureQuote,
  fixtureSearch,
  fixtureTemplate,
  outputText,
  vault,
} from "./fixtureMarket.ts";

/**
 * A scheduler and a chain that answer from the fixtures, to look at pages without a market.
 * @param status state of the one job it knows
 */
export async function startFixtureServer(options: {
  status: JobStatus;
  empty?: boolean;
}): Promise<{ url: string; server: Server }> {
  let url = "";
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const market = fixtureMarket(url, `${url}/rpc`);
    const headers = {
      "access-control-allow-origin": request.headers.origin ?? "*",
      "access-control-allow-credentials": "true",
      "access-control-allow-headers": "content-type, payment-signature",
      "content-type": "application/json",
    };
    const answer = (value: unknown, status = 200) =>
      response.writeHead(status, headers).end(JSON.stringify(toWire(value)));
    const path = request.url ?? "";
    if (request.method === "OPTIONS") return response.writeHead(204, headers).end();
    if (path === "/rpc") return answer(rpc(JSON.parse(body)));
    if (path.startsWith("/v1/assets")) return answer(fixtureSearch(options.empty ? [] : fixtureAssets()));
    if (path === "/v1/templates") return answer([fixtureTemplate()]);
    if (path === "/v1/quotes") return answer(fixtureQuote(JSON.parse(body), market));
    if (path.startsWith("/v1/providers/")) return answer(fixtureProvider());
    if (path.startsWith("/v1/artifacts/")) return response.writeHead(200, headers).end(outputText);
    if (path === "/v1/session") return answer({ address: buyer, jobs: [], expiresAt: 4_000_000_000 });
    const job = fixtureJob(options.status, market);
    if (path.startsWith("/v1/jobs?") || path === "/v1/jobs") {
      const items = [
        { ...job, image: job.workload.image },
        { ...fixtureJob("settled", market), image: job.workload.image, jobId: `0x${"1".repeat(64)}` },
      ];
      return answer({ items: options.empty ? [] : items, next: null });
    }
    if (path.endsWith("/events")) {
      response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
      const lines = [
        "reading /in/data.csv",
        "1200 rows, 6 columns",
        "\u001b[31m<b>not markup</b>\u001b[0m",
        "bootstrap: 2000 resamples",
        "wrote /out/stats.json",
      ];
      const logs = lines.map((text, seq) => ({
        leaseId: `0x${"2".repeat(64)}`,
        seq,
        stream: seq === 0 ? "agent" : seq === 3 ? "stderr" : "stdout",
        text,
        atMs: Date.now() - 9000 + seq * 900,
      }));
      response.write(
        `event: job\ndata: ${JSON.stringify(toWire(job))}\n\nevent: log\nid: 5\ndata: ${JSON.stringify(logs)}\n\n`,
      );
      return undefined;
    }
    if (path.startsWith("/v1/jobs/")) return answer(job);
    return answer(
      { type: "about:blank", title: "Not found", status: 404, code: "not_found", detail: path, retryable: false },
      404,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, server };
}

function rpc(request: { id: number; method: string; params: unknown[] }): unknown {
  const number = (value: bigint) => encodeAbiParameters([{ type: "uint256" }], [value]);
  const results: Record<string, unknown> = {
    eth_chainId: "0x7a69",
    eth_blockNumber: "0x1",
    eth_getBlockByNumber: {
      number: "0x1",
      timestamp: `0x${Math.floor(Date.now() / 1000).toString(16)}`,
      transactions: [],
    },
  };
  if (request.method === "eth_call") {
    const { data } = request.params[0] as { data: string };
    // balanceOf of the token; everything else is asked for a vault.
    const result = data.startsWith("0x70a08231")
      ? number(25_000_000n)
      : encodeAbiParameters([{ type: "address" }], [vault]);
    return { jsonrpc: "2.0", id: request.id, result };
  }
  return { jsonrpc: "2.0", id: request.id, result: results[request.method] ?? null };
}
