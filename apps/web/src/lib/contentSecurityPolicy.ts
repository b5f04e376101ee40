/**
 * The page's Content-Security-Policy. Scripts run only with the nonce; requests go only to this site and to the
 * origins named. Styles may be inline: dialogs and charts place themselves by style attributes.
 * @param connect addresses whose origins the page may talk to
 */
export function contentSecurityPolicy(options: { nonce: string; connect: string[]; development: boolean }): string {
  const origins = options.connect.map((address) => new URL(address).origin);
  const evaluated = options.development ? " 'unsafe-eval'" : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${options.nonce}' 'strict-dynamic'${evaluated}`,
    // Proofs are checked in a worker, whose own policy (next.config.ts) allows WebAssembly; the page's does not.
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...origins, ...(options.development ? ["ws:"] : [])].join(" ")}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
