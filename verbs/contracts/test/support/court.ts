import type { Terms } from "@gristmill/shared/job/terms";
import { termsForChain } from "@gristmill/shared/job/terms";
import { encodeAbiParameters, type Hex, keccak256, zeroHash } from "viem";
import { accounts, type TestAccount } from "./accounts.ts";
import type { TestMarket } from "./market.ts";
import { DUMMY_PROOF, REASON } from "./market.ts";
import { approve, extraAccount, mine, stakeIn } from "./staking.ts";

export const CLAIM = { notDelivered: 0, wrongOutput: 1, wrongHardware: 2, overbilled: 3 } as const;
export const VERDICT = { none: 0, forPayee: 1, split: 2, forBuyer: 3 } as const;
export const SALT = keccak256("0x5a");

export interface CaseView {
  openedAt: bigint;
  length: bigint;
  claimed: bigint;
  held: bigint;
  verdict: number;
  round: number;
  ended: boolean;
  slashable: boolean;
}

/** Arbiters of the tests, in place of real people. */
export const arbiterAccounts = Array.from({ length: 5 }, (_, index) => extraAccount(index) as unknown as TestAccount);

/** What tests of cases do to a market: arbiters with stake, a job with booked usage, and each step of a case. */
export function courtOn(market: TestMarket) {
  const { send, read, at } = market;

  const stakeArbiters = async (list: readonly TestAccount[] = arbiterAccounts) => {
    for (const arbiter of list) await stakeIn(market, "arbiters", arbiter);
  };

  /** A closed lease with 60 seconds (60,000 units) booked for the provider. */
  async function booked(overrides: Partial<Terms> = {}, seconds = 60) {
    const running = await market.running({ terms: overrides });
    await market.warpTo(running.startedAt + seconds + 1);
    await market.end(running.terms, running.leaseId, REASON.completed);
    await market.capture(running.terms, market.receiptOf(running.leaseId, { to: seconds, last: true }), DUMMY_PROOF);
    return running;
  }

  async function open(
    terms: Terms,
    leaseId: Hex,
    options: { by?: TestAccount; amount?: bigint; kind?: number; funded?: boolean } = {},
  ) {
    const { by = accounts.buyer, amount = 60_000n, kind = CLAIM.wrongOutput } = options;
    if (options.funded !== false) await approve(market, by, at.court, 1_000_000_000n);
    const args = [termsForChain(terms), leaseId, kind, amount, zeroHash, zeroHash];
    const sent = await send(by, "court", "open", args);
    const caseId = sent.events.find((event) => event.eventName === "CaseOpened")?.args.caseId as bigint;
    return { ...sent, caseId };
  }

  const caseOf = (caseId: bigint) => read<CaseView>("court", "caseOf", [caseId]);

  /** Moves the chain's clock to this tenth of the case. */
  async function toTenth(caseId: bigint, tenth: number) {
    const { openedAt, length } = await caseOf(caseId);
    const wanted = Number(openedAt) + Math.ceil((Number(length) * tenth) / 10) + 1;
    if ((await market.now()) < wanted) await market.warpTo(wanted);
  }

  /** Fixes the seed and draws; returns the panel's seats. */
  async function drawPanel(caseId: bigint): Promise<string[]> {
    await mine(market, 3);
    await send(accounts.stranger, "court", "fixSeed", [caseId]);
    const sent = await send(accounts.stranger, "court", "draw", [caseId]);
    return sent.events.find((event) => event.eventName === "PanelDrawn")?.args.seats as string[];
  }

  const commitmentOf = (caseId: bigint, round: number, arbiter: string, verdict: number, salt: Hex = SALT) =>
    keccak256(
      encodeAbiParameters(
        [{ type: "uint256" }, { type: "uint8" }, { type: "address" }, { type: "uint8" }, { type: "bytes32" }],
        [caseId, round, arbiter as Hex, verdict, salt],
      ),
    );

  const accountOf = (address: string, list: readonly TestAccount[]) => {
    const account = list.find((one) => one.address === address);
    if (!account) throw new Error(`${address} is not one of the arbiters`);
    return account;
  };

  /** The panel commits and opens what `vote` says; undefined: silent. */
  async function voteAll(
    caseId: bigint,
    vote: (arbiter: TestAccount) => number | undefined,
    options: { round?: number; list?: readonly TestAccount[] } = {},
  ) {
    const { round = 0, list = arbiterAccounts } = options;
    const [, seats] = await read<readonly [unknown, string[]]>("court", "panelOf", [caseId, round]);
    const panel = [...new Set(seats)].map((seat) => accountOf(seat, list));
    await toTenth(caseId, round === 0 ? 2 : 6);
    for (const arbiter of panel) {
      const verdict = vote(arbiter);
      if (verdict === undefined) continue;
      await send(arbiter, "court", "commitVote", [caseId, commitmentOf(caseId, round, arbiter.address, verdict)]);
    }
    await toTenth(caseId, round === 0 ? 4 : 8);
    for (const arbiter of panel) {
      const verdict = vote(arbiter);
      if (verdict !== undefined) await send(arbiter, "court", "revealVote", [caseId, verdict, SALT]);
    }
    await toTenth(caseId, round === 0 ? 5 : 9);
  }

  async function end(caseId: bigint, terms: Terms) {
    return send(accounts.stranger, "court", "end", [caseId, termsForChain(terms)]);
  }

  const creditOf = (account: string) => read<bigint>("court", "creditOf", [account]);

  return { stakeArbiters, booked, open, caseOf, toTenth, drawPanel, commitmentOf, voteAll, end, creditOf };
}
