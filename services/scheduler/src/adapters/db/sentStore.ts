import { BaseError } from "@gristmill/shared/errors/baseError";
import { bytes32Schema, hexSchema, type JobId } from "@gristmill/shared/ids/ids";
import type { Hex } from "viem";
import type { Fence } from "../../application/fence.ts";
import type { Database } from "./database.ts";
import { inTransaction } from "./inTransaction.ts";
import { holds } from "./ownershipStore.ts";

export type SentState = "sent" | "mined" | "reverted" | "dropped";

/** A signed transaction. */
export interface Attempt {
  hash: Hex;
  raw: Hex;
}

/** What a nonce of the scheduler's account is for. */
export interface Purpose {
  verb: string;
  jobId: JobId | null;
  /** The decision that it carries out, and the ownership under which it may be. */
  placement?: { id: bigint; fence: Fence } | undefined;
}

export interface SentCall {
  nonce: number;
  verb: string;
  /** Oldest first. */
  attempts: Attempt[];
  /** Of the newest attempt, by the database's clock. */
  ageMs: number;
}

/** Calls of the scheduler's account, each written before it leaves. Several processes share it. */
export interface SentStore {
  /**
   * Takes the next nonce, has it signed, and writes it down: one process after the other, so that no nonce is used twice.
   * @param chainNonce the account's next nonce by the chain
   * @throws BaseError `chain_unavailable` when the same is under way already, or this process no longer decides it
   */
  keep(chainNonce: number, purpose: Purpose, sign: (nonce: number) => Promise<Attempt>): Promise<number>;
  /** Adds an attempt at the same nonce. */
  keepAttempt(nonce: number, attempt: Attempt): Promise<void>;
  mark(nonce: number, state: SentState, mined?: { hash: Hex; block: bigint }): Promise<void>;
  /** Those whose end nobody saw, in the order of their nonces. */
  open(): Promise<SentCall[]>;
  openOf(jobId: JobId, verb: string): Promise<SentCall[]>;
  find(nonce: number): Promise<SentCall | undefined>;
  /** How the call that carries out this decision stands. */
  ofPlacement(id: bigint): Promise<{ nonce: number; state: SentState } | undefined>;
}

/** Names the lock under which nonces are taken. */
const NONCE_LOCK = 7_316_001;

interface Row {
  nonce: number;
  verb: string;
  hash: string;
  raw: string;
  age_ms: string;
}

const SELECT = `SELECT c.nonce, c.verb, t.hash, t.raw,
  (extract(epoch FROM clock_timestamp() - t.created_at) * 1000)::bigint AS age_ms
  FROM sent_calls c JOIN sent_transactions t USING (nonce)`;
const ORDER = "ORDER BY c.nonce, t.created_at";

function read(rows: readonly Row[]): SentCall[] {
  const calls = new Map<number, SentCall>();
  for (const { nonce, verb, hash, raw, age_ms } of rows) {
    const call = calls.get(nonce) ?? { nonce, verb, attempts: [], ageMs: 0 };
    call.attempts.push({ hash: bytes32Schema.parse(hash), raw: hexSchema.parse(raw) });
    call.ageMs = Number(age_ms);
    calls.set(nonce, call);
  }
  return [...calls.values()];
}

export function createSentStore({ pool }: Database): SentStore {
  const insertAttempt = `INSERT INTO sent_transactions (hash, nonce, raw, created_at) VALUES ($1, $2, $3, clock_timestamp())
    ON CONFLICT (hash) DO NOTHING`;
  return {
    keep: (chainNonce, { verb, jobId, placement }, sign) =>
      inTransaction(pool, async (client) => {
        await client.query("SELECT pg_advisory_xact_lock($1)", [NONCE_LOCK]);
        if (placement !== undefined && !(await holds(client, placement.fence))) {
          throw new BaseError("chain_unavailable", "Another scheduler process decides for this job now.");
        }
        const last = await client.query<{ next: number | null }>("SELECT max(nonce) + 1 AS next FROM sent_calls");
        const nonce = Math.max(chainNonce, last.rows[0]?.next ?? 0);
        const { rowCount } = await client.query(
          `INSERT INTO sent_calls (nonce, verb, job_id, placement_id, state) VALUES ($1, $2, $3, $4, 'sent')
           ON CONFLICT DO NOTHING`,
          [nonce, verb, jobId, placement?.id ?? null],
        );
        if (rowCount === 0) throw new BaseError("chain_unavailable", `"${verb}" of this job is under way already.`);
        const { hash, raw } = await sign(nonce);
        await client.query(insertAttempt, [hash, nonce, raw]);
        return nonce;
      }),
    async keepAttempt(nonce, { hash, raw }) {
      await pool.query(insertAttempt, [hash, nonce, raw]);
    },
    async mark(nonce, state, mined) {
      await pool.query("UPDATE sent_calls SET state = $2, mined_hash = $3, mined_block = $4 WHERE nonce = $1", [
        nonce,
        state,
        mined?.hash ?? null,
        mined?.block ?? null,
      ]);
    },
    async open() {
      return read((await pool.query<Row>(`${SELECT} WHERE c.state = 'sent' ${ORDER}`)).rows);
    },
    async openOf(jobId, verb) {
      const where = "WHERE c.state = 'sent' AND c.job_id = $1 AND c.verb = $2";
      return read((await pool.query<Row>(`${SELECT} ${where} ${ORDER}`, [jobId, verb])).rows);
    },
    async find(nonce) {
      return read((await pool.query<Row>(`${SELECT} WHERE c.nonce = $1 ${ORDER}`, [nonce])).rows)[0];
    },
    async ofPlacement(id) {
      const { rows } = await pool.query<{ nonce: number; state: SentState }>(
        "SELECT nonce, state FROM sent_calls WHERE placement_id = $1",
        [id],
      );
      return rows[0];
    },
  };
}
