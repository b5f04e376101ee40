import { type NextRequest, NextResponse } from "next/server";
import { readMarketConfig } from "./config.ts";
import { contentSecurityPolicy } from "./lib/contentSecurityPolicy.ts";

/** Gives each page a policy with a fresh nonce that lets the browser talk to this market's addresses only. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const nonce = btoa(crypto.randomUUID());
  const config = await readMarketConfig();
  const connect = config.ok ? [config.market.schedulerUrl, config.market.rpcUrl] : [];
  const policy = contentSecurityPolicy({ nonce, connect, development: process.env.NODE_ENV === "development" });
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = { matcher: [{ source: "/((?!_next/static|_next/image|icon.svg).*)" }] };
