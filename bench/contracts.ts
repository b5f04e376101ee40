import { join } from "node:path";
import { millDir } from "@gristmill/tools/checkout";
import { buildContracts } from "../contracts/test/support/build.ts";
import { benchInvariants } from "./contracts/invariantsBench.ts";
import { benchPlanted } from "./contracts/plantedBench.ts";
import type { Row } from "./row.ts";

/** By EIP-150, 2929, 1108 and the yellow paper: what no contract that does the same can go below. */
const VOUCHER_PARTS = { verification: 3_000 + 100, storage: 2_100 + 2_900, events: 375 + 2 * 375 + 8 * 32 };

/**
 * Gas of settlement beside a naive OpenZeppelin escrow, one job a call, on the same chain; then the long run of the
 * invariants, and the bugs planted to see that the suites find them.
 */
export async function benchContracts(): Promise<Row[]> {
  await buildContracts();
  const { benchVouchers } = await import("./contracts/escrowBench.ts");
  const { benchCaptures } = await import("./contracts/captureBench.ts");
  const { benchVerification } = await import("./contracts/verifyBench.ts");
  const row = (what: string, gas: number, baseline: number): Row => ({
    what,
    value: `${Math.round(gas).toLocaleString("en")} gas`,
    ratio: `${(gas / baseline).toFixed(2)} x`,
  });
  const vouchers = await benchVouchers([1, 10, 100, 1000]);
  const rows = [row("naive escrow: one signed settlement (baseline)", vouchers.naive, vouchers.naive)];
  for (const { jobs, gas } of vouchers.costs)
    rows.push(row(`vouchers of ${jobs} buyers in one call, a job`, gas, vouchers.naive));
  const [one] = vouchers.costs;
  for (const jobs of [10, 100])
    rows.push(row(`one cumulative voucher over ${jobs} jobs, a job`, (one?.gas ?? Number.NaN) / jobs, vouchers.naive));
  const many = vouchers.costs.at(-1);
  if (many) {
    const { verification, storage, events } = VOUCHER_PARTS;
    const rest = many.gas - many.calldata - many.base - verification - storage - events;
    const parts = { calldata: many.calldata, verification, storage, events, "everything else": rest };
    for (const [name, gas] of Object.entries(parts))
      rows.push(row(`of a voucher among ${many.jobs}: ${name}`, gas, many.gas));
  }

  const captures = await benchCaptures([1, 10, 100]);
  rows.push(row("naive escrow: one proven settlement (baseline)", captures.naive, captures.naive));
  rows.push(row("capture of one usage proof", captures.single, captures.naive));
  for (const { jobs, gas, calldata } of captures.costs)
    rows.push(
      row(`captureBatch of ${jobs} usage proofs, a job (calldata ${Math.round(calldata)})`, gas, captures.naive),
    );
  const { apart } = captures;
  rows.push(row(`captureBatch of ${apart.jobs}, each with signatures of its own, a job`, apart.gas, captures.naive));

  for (const { proofs, single, batch } of await benchVerification([1, 10, 100])) {
    rows.push(row(`verification alone, ${proofs} single calls, a proof (baseline)`, single, single));
    rows.push(row(`verification alone, ${proofs} in one batch, a proof`, batch, single));
  }

  rows.push(...(await benchInvariants(join(millDir, "planted", "forge"))));
  rows.push(...(await benchPlanted(join(millDir, "planted"))));
  return rows;
}
