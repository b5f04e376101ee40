import { join } from "node:path";
import type { NextConfig } from "next";

/** Workers have none of the page's policy: theirs allows our scripts and WebAssembly, and nobody to talk to. */
const workerSecurityPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

const config: NextConfig = {
  // The shared package is TypeScript source; without this the bundler would treat it as ready JavaScript.
  transpilePackages: ["@gristmill/shared"],
  turbopack: { root: join(import.meta.dirname, "../..") },
  // Another build folder lets somebody build while a server runs from the usual one.
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  poweredByHeader: false,
  devIndicators: false,
  reactStrictMode: true,
  // Types are checked by `tsc -p apps/web`, for the tests as well; the build does not check them twice.
  typescript: { ignoreBuildErrors: true },
  headers: () =>
    Promise.resolve([
      {
        source: "/_next/static/chunks/:path*",
        headers: [{ key: "Content-Security-Policy", value: workerSecurityPolicy }],
      },
      {
        source: "/:path*",
        // The Content-Security-Policy names the market's own addresses, known only at request time: see src/proxy.ts.
        headers: [
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "X-Frame-Options", value: "DENY" },
          { key: "Referrer-Policy", value: "no-referrer" },
          { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
          { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
        ],
      },
    ]),
};

export default config;
