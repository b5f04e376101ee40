import { type JobId, jobIdSchema } from "@gristmill/shared/ids/ids";
import pg from "pg";
import type { Log } from "../../application/ports.ts";
import { CHAIN_CHANNEL } from "./chainStore.ts";
import type { Database } from "./database.ts";

const JOB_CHANNEL = "gristmill_job";
const RECONNECT_MS = 1000;
/** Changes within this time are told together. */
const GATHER_MS = 20;

export interface SignalBus {
  /** Tells the other processes that a job changed. */
  tell(jobId: JobId): void;
  close(): Promise<void>;
}

/**
 * What one scheduler process tells the others, by Postgres' own notifications. They may be lost with a connection: whoever
 * listens also looks from time to time.
 */
export function openSignalBus(
  { pool }: Database,
  databaseUrl: string,
  listeners: { onJob(jobId: JobId): void; onChain(): void },
  log: Log,
): SignalBus {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let gathering: NodeJS.Timeout | undefined;
  const changed = new Set<JobId>();

  const connect = async () => {
    const next = new pg.Client({ connectionString: databaseUrl });
    client = next;
    let broken = false;
    const again = () => {
      if (broken || closed) return;
      broken = true;
      next.end().catch(() => undefined);
      timer = setTimeout(() => void connect(), RECONNECT_MS);
    };
    next.on("error", again);
    next.on("end", again);
    next.on("notification", ({ channel, payload }) => {
      if (channel === CHAIN_CHANNEL) listeners.onChain();
      const jobId = jobIdSchema.safeParse(payload).data;
      if (channel === JOB_CHANNEL && jobId !== undefined) listeners.onJob(jobId);
    });
    try {
      await next.connect();
      await next.query(`LISTEN ${CHAIN_CHANNEL}; LISTEN ${JOB_CHANNEL}`);
    } catch (error) {
      log.info({ error: String(error) }, "other processes are not heard; trying again");
      again();
    }
  };
  const flush = () => {
    gathering = undefined;
    const jobs = [...changed];
    changed.clear();
    const sql = "SELECT pg_notify($1, job) FROM unnest($2::text[]) AS job";
    void pool.query(sql, [JOB_CHANNEL, jobs]).catch(() => undefined);
  };
  void connect();
  return {
    tell(jobId) {
      changed.add(jobId);
      gathering ??= setTimeout(flush, GATHER_MS);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(gathering);
      await client?.end().catch(() => undefined);
    },
  };
}
