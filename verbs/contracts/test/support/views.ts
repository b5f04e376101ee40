import type { Hex } from "viem";

/** Lease as the contract returns it (the fields that tests look at). */
export interface LeaseView {
  payee: string;
  node: string;
  reserved: bigint;
  assignedAt: bigint;
  startedAt: bigint;
  endsAt: bigint;
  endedAt: bigint;
  billedTo: number;
  billedSeconds: number;
  sequence: number;
  state: number;
  reason: number;
  output: Hex;
  maxSeconds: number;
  longestSeconds: number;
  noticeSeconds: number;
  evicted: boolean;
  staked: boolean;
  finished: boolean;
}

export interface JobView {
  deposited: bigint;
  reserved: bigint;
  booked: bigint;
  paid: bigint;
  fees: bigint;
  refunded: bigint;
  accepted: boolean;
  closed: boolean;
}
