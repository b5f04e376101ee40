import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What is asked anew at each scrape. */
export interface Watched {
  /** Funded jobs by status. */
  jobs(): Record<string, number>;
  /** Queue tasks by state. */
  queue(): Promise<Record<string, number>>;
  /** Seconds between the chain's clock and the newest block in the index. */
  chainLagSeconds(): number;
  chainHead(): number;
  /** Known nodes by liveness. */
  nodes(): Record<string, number>;
  ownedPartitions(): number;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** Numbers for the operator, in Prometheus' words. Labels have few values: routes, not addresses; outcomes, not ids. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "gristmill_http_request_seconds",
    help: "HTTP requests by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 30],
    registers,
  });
  const placed = new Histogram({
    name: "gristmill_placement_seconds",
    help: "From a job's funding, as this process read it, to its first assignment on the chain",
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300],
    registers,
  });
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter<Label>({ name: `gristmill_${name}`, help, labelNames, registers });
  const beats = counter("heartbeats_total", "Heartbeats of nodes that this process heard");
  const payments = counter("payments_total", "Answers to orders: unpaid, funded, pending, failed", "outcome");
  const closed = counter(
    "jobs_closed_total",
    "Jobs closed on the chain: settled (something was paid) or refunded",
    "outcome",
  );
  const webhooks = counter(
    "webhook_attempts_total",
    "Webhook deliveries: delivered, failed (tried again), given_up",
    "outcome",
  );
  return {
    registry,
    request: (method: string, route: string, status: number, seconds: number) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    placed: (seconds: number) => placed.observe(seconds),
    beat: () => beats.inc(),
    payment: (outcome: string) => payments.inc({ outcome }),
    closed: (outcome: "settled" | "refunded") => closed.inc({ outcome }),
    webhook: (outcome: string) => webhooks.inc({ outcome }),
    watch(watched: Watched) {
      const byLabel = (name: string, help: string, label: string, read: () => Promise<Record<string, number>>) =>
        new Gauge({
          name: `gristmill_${name}`,
          help,
          labelNames: [label],
          registers,
          async collect() {
            this.reset();
            for (const [value, count] of Object.entries(await read().catch(() => ({}))))
              this.set({ [label]: value }, count);
          },
        });
      const gauge = (name: string, help: string, read: () => number) =>
        new Gauge({
          name: `gristmill_${name}`,
          help,
          registers,
          collect() {
            this.set(read());
          },
        });
      byLabel("jobs", "Jobs by status", "status", async () => watched.jobs());
      byLabel("queue_tasks", "Queue tasks by state", "state", watched.queue);
      byLabel("nodes", "Nodes by liveness", "liveness", async () => watched.nodes());
      gauge("chain_lag_seconds", "The chain's clock less the newest indexed block's time", watched.chainLagSeconds);
      gauge("chain_head_block", "Newest indexed block", watched.chainHead);
      gauge("owned_partitions", "Partitions that this process decides for", watched.ownedPartitions);
    },
  };
}
