import type { Market } from "@gristmill/shared/chain/market";
import { formatUsd } from "@gristmill/shared/units/formatUsd";
import type { Say } from "../cli/say.ts";
import type { Ledger } from "./ledger.ts";

const short = (hash: string) => `${hash.slice(0, 10)}…${hash.slice(-4)}`;

/** Names of the accounts a reader meets in the ledger. */
export function accountNames(market: Market, ledger: Ledger, vault: string, buyer: string): Map<string, string> {
  return new Map(
    Object.entries({
      [market.contracts.escrow]: "escrow",
      [vault]: "the job's vault",
      [buyer]: "buyer",
      [market.scheduler]: "scheduler",
      [market.feeRecipient]: "treasury",
      ...Object.fromEntries((market.developmentAccounts ?? []).map(({ role, address }) => [address, role])),
      ...Object.fromEntries(
        ledger.transactions
          .filter(({ verb }) => verb === "capture" || verb === "start")
          .map(({ from }) => [from, "node"]),
      ),
    }).map(([address, name]) => [address.toLowerCase(), name]),
  );
}

/** Prints the ledger for a person who wants to check it. */
export function printLedger(say: Say, ledger: Ledger, names: Map<string, string>): void {
  const who = (address: string) => names.get(address.toLowerCase()) ?? short(address);
  const usd = (amount: bigint) => `${formatUsd(amount)} USD`.padStart(15);
  say.line();
  say.line(`Ledger of job ${ledger.jobId}`);
  say.line();
  say.line("  Money");
  say.line(`    deposited   ${usd(ledger.deposited)}`);
  say.line(
    `    paid        ${usd(ledger.paid)}   ${ledger.seconds} proven seconds at ${formatUsd(ledger.pricePerSecond)} USD / s`,
  );
  say.line(`    fees        ${usd(ledger.fees)}`);
  say.line(`    refunded    ${usd(ledger.refunded)}`);
  say.line();
  say.line("  Who paid what");
  for (const { from, to, amount, txHash } of ledger.transfers) {
    say.line(`    ${who(from).padEnd(16)} -> ${who(to).padEnd(16)} ${usd(amount)}   ${short(txHash)}`);
  }
  say.line();
  say.line("  Transactions");
  for (const { verb, from, gas, txHash } of ledger.transactions) {
    say.line(
      `    ${verb.padEnd(10)} by ${who(from).padEnd(12)} ${gas.toLocaleString("en").padStart(9)} gas   ${txHash}`,
    );
  }
  say.line();
  say.line("  Proof");
  say.line(
    `    ${ledger.proof.receipts} receipt(s), each with a Groth16 usage proof checked by the contract; slowest proof ${(ledger.proof.proveMs / 1000).toFixed(2)} s, dearest capture ${ledger.proof.gas.toLocaleString("en")} gas`,
  );
  say.line("    shows: the billed seconds follow from ticks that the notary countersigned");
  say.line("    does not show: that useful work was done");
  say.line(
    `    notary: ${ledger.notary.address} (${ledger.notary.who === "scheduler" ? "the scheduler" : ledger.notary.who})`,
  );
  say.line(`    ran in: ${ledger.executor}${ledger.simulatedGpu ? ", on a simulated GPU" : ""}`);
  say.line();
  say.line(`  Output ${ledger.output.hash}`);
  for (const { path, sha256, bytes } of ledger.output.files)
    say.line(`    ${path.padEnd(16)} ${String(bytes).padStart(8)} bytes   sha256 ${sha256}`);
  say.line();
  say.line("  Checked just now, on chain");
  for (const { text, holds } of ledger.checks) say.line(`    ${holds ? "✓" : "✗"} ${text}`);
}
