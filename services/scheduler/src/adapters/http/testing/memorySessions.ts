import type { Session, SessionStore } from "../access/sessions.ts";

/** Sessions in memory, for tests of the surface alone. */
export function memorySessions(): SessionStore & { rows: Map<string, Session> } {
  const nonces = new Map<string, number>();
  const rows = new Map<string, Session>();
  return {
    rows,
    keepNonce: async (nonce, expiresAt) => void nonces.set(nonce, expiresAt),
    takeNonce: async (nonce, now) => {
      const isGood = (nonces.get(nonce) ?? 0) > now;
      nonces.delete(nonce);
      return isGood;
    },
    keep: async (session) => void rows.set(session.tokenHash, session),
    find: async (tokenHash, now) => {
      const row = rows.get(tokenHash);
      return row && row.expiresAt > now ? row : undefined;
    },
    addJob: async (tokenHash, jobId) => {
      const row = rows.get(tokenHash);
      if (row) rows.set(tokenHash, { ...row, jobs: [...row.jobs, jobId] });
    },
    remove: async (tokenHash) => void rows.delete(tokenHash),
    removeAllOf: async (address) => {
      for (const [hash, row] of rows) if (row.address === address) rows.delete(hash);
    },
  };
}
