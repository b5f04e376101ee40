import { expect, test } from "vitest";
import { contentSecurityPolicy } from "./contentSecurityPolicy.ts";

const policy = contentSecurityPolicy({
  nonce: "abc",
  connect: ["http://127.0.0.1:4000/v1", "http://127.0.0.1:8545"],
  development: false,
});

test("a script that slipped into a page does not run", () => {
  const scripts = policy.split("; ").find((each) => each.startsWith("script-src"));
  expect(scripts).toBe("script-src 'self' 'nonce-abc' 'strict-dynamic'");
});

test("a page compiles no WebAssembly, and its workers are this site's own", () => {
  expect(policy).toContain("worker-src 'self';");
  expect(policy).not.toContain("wasm-unsafe-eval");
});

test("a page can send nothing to anybody but the market's own addresses", () => {
  expect(policy).toContain("connect-src 'self' http://127.0.0.1:4000 http://127.0.0.1:8545;");
  expect(policy).toContain("form-action 'self'");
});
