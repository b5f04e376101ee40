export interface LivenessRule {
  /** Between two beats, while the nodes are few. */
  heartbeatMs: number;
  /** Beats that may be missed before a node counts as offline. */
  missedBeats: number;
  /** Time on top before it counts as lost and its leases end. */
  graceMs: number;
  /** Nodes in the market: many nodes share the scheduler's time, so each beats less often and gets more time. */
  nodeCount: number;
}

export type Liveness = "online" | "offline" | "lost";

/** Beats that one scheduler takes in each second at ease. */
const BEATS_PER_SECOND = 10_000;

/** Milliseconds between two beats of a node. Grows with the number of nodes, as Nomad's heartbeat TTL does. */
export function beatEveryMs({ heartbeatMs, nodeCount }: Pick<LivenessRule, "heartbeatMs" | "nodeCount">): number {
  return Math.max(heartbeatMs, Math.ceil((nodeCount / BEATS_PER_SECOND) * 1000));
}

/** Milliseconds of silence after which a node is offline. */
export function offlineAfterMs(rule: LivenessRule): number {
  return beatEveryMs(rule) * rule.missedBeats;
}

/**
 * How a node stands. Offline takes no new lease; lost ends the ones it has.
 * @param lastBeatMs when it was last heard
 */
export function liveness(lastBeatMs: number, nowMs: number, rule: LivenessRule): Liveness {
  const silence = nowMs - lastBeatMs;
  const offlineAfter = offlineAfterMs(rule);
  if (silence <= offlineAfter) return "online";
  return silence <= offlineAfter + rule.graceMs ? "offline" : "lost";
}
