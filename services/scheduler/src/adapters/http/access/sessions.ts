import { createHash, randomBytes } from "node:crypto";
import type { JobId } from "@gristmill/shared/ids/ids";
import type { Address } from "viem";

const NONCE_SECONDS = 600;
/** After it a wallet is asked for its signature again. */
const WALLET_SECONDS = 7 * 86_400;
/** Longer than a job and its claim window take. */
const PAYER_SECONDS = 30 * 86_400;

export interface Session {
  tokenHash: string;
  address: Address | null;
  jobs: readonly JobId[];
  /** Unix seconds. */
  expiresAt: number;
}

/** Where sessions are kept. Times are unix seconds. */
export interface SessionStore {
  keepNonce(nonce: string, expiresAt: number, now: number): Promise<void>;
  /** True once for each kept nonce that is not over. */
  takeNonce(nonce: string, now: number): Promise<boolean>;
  keep(session: Session, now: number): Promise<void>;
  find(tokenHash: string, now: number): Promise<Session | undefined>;
  addJob(tokenHash: string, jobId: JobId): Promise<void>;
  remove(tokenHash: string): Promise<void>;
  removeAllOf(address: Address): Promise<void>;
}

export type Sessions = ReturnType<typeof createSessions>;

/** Sessions by the hash of a random token, on the scheduler's clock. */
export function createSessions(store: SessionStore, nowMs: () => number) {
  const now = () => Math.floor(nowMs() / 1000);
  return {
    now,
    async newNonce() {
      const nonce = randomBytes(16).toString("hex");
      const expiresAt = now() + NONCE_SECONDS;
      await store.keepNonce(nonce, expiresAt, now());
      return { nonce, expiresAt };
    },
    takeNonce: (nonce: string) => store.takeNonce(nonce, now()),
    async open(owner: { address: Address | null; jobs: readonly JobId[] }) {
      const token = randomBytes(32).toString("base64url");
      const seconds = owner.address === null ? PAYER_SECONDS : WALLET_SECONDS;
      const session: Session = { ...owner, tokenHash: hashOf(token), expiresAt: now() + seconds };
      await store.keep(session, now());
      return { token, session };
    },
    find: (token: string) => store.find(hashOf(token), now()),
    /** Whether a session found earlier still stands. */
    isLive: async (tokenHash: string) => (await store.find(tokenHash, now())) !== undefined,
    addJob: store.addJob,
    close: store.remove,
    closeAllOf: store.removeAllOf,
  };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
