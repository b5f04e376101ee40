export interface LivenessRule {
  heartbeatMs: number;
  /** Beats that may be missed before a node counts as offline. */
  missedBeats: number;
  /** Time on top before it counts as lost and its leases end. */
  graceMs: number;
  /** Nodes in the market: many nodes share the scheduler's time, so each gets a little more. */
  nodeCount: number;
}

export type Liveness = "online" | "offline" | "lost";

/** Nodes whose beats one scheduler takes in without delaying any. */
const NODES_AT_EASE = 1000;

/** Milliseconds of silence after which a node is offline. Grows with the number of nodes, as Nomad's heartbeat TTL does. */
export function offlineAfterMs({ heartbeatMs, missedBeats, nodeCount }: LivenessRule): number {
  return Math.ceil(heartbeatMs * missedBeats * Math.max(1, nodeCount / NODES_AT_EASE));
}

/**
 * How a node stands. Offline takes no new lease; lost ends the ones it has.
 * @param lastBeatMs when it was last heard, or when this scheduler began to listen, whichever is later
 */
export function liveness(lastBeatMs: number, nowMs: number, rule: LivenessRule): Liveness {
  const silence = nowMs - lastBeatMs;
  const offlineAfter = offlineAfterMs(rule);
  if (silence <= offlineAfter) return "online";
  return silence <= offlineAfter + rule.graceMs ? "offline" : "lost";
}
