import { join } from "node:path";
import { millDir } from "@gristmill/tools/checkout";
import { buildContracts } from "../contracts/test/support/build.ts";
import type { Cost } from "./contracts/escrowBench.ts";
import { benchInvariants } from "./contracts/invariantsBench.ts";
import { benchPlanted } from "./contracts/plantedBench.ts";
import type { Row } from "./row.ts";

/** By EIP-150, 2929, 1108 and the yellow paper: what no contract that does the same can go below. */
const VOUCHER_PARTS = { verification: 3_000 + 100, storage: 1_900 + 100 + 2_900, events: 375 + 2 * 375 + 8 * 32 };

/** As `VOUCHER_PARTS`: a pairing, two multiplications and an addition a proof, of the batch's own seven and three pairings its share. */
const capturePartsOf = (jobs: number) => ({
  verification: 34_000 + 2 * 6_000 + 150 + (45_000 + 3 * 34_000 + 7 * 6_000 + 5 * 150 - 2 * 6_000 - 150) / jobs,
  storage: 2 * (1_900 + 100 + 2_900),
  event: 8 * 64 + (2 * 375 + 8 * 64) / jobs,
});

/** Gas of settlement beside a naive OpenZeppelin escrow, one job a call, on the same chain. */
export async function benchGas(): Promise<Row[]> {
  const { benchVouchers } = await import("./contracts/escrowBench.ts");
  const { benchCaptures } = await import("./contracts/captureBench.ts");
  const { benchVerification } = await import("./contracts/verifyBench.ts");
  const row = (what: string, gas: number, baseline: number): Row => ({
    what,
    value: `${Math.round(gas).toLocaleString("en")} gas`,
    ratio: `${(gas / baseline).toFixed(2)} x`,
  });
  const vouchers = await benchVouchers([1, 10, 100, 1000], [10, 100]);
  const rows = [row("naive escrow: one signed settlement (baseline)", vouchers.naive, vouchers.naive)];
  const both = (what: string, { gas, bare }: Cost, baseline: number) => [
    row(`${what}, a job`, gas, baseline),
    ...(gas === bare ? [] : [row(`${what}, a job, without an access list`, bare, baseline)]),
  ];
  for (const cost of vouchers.costs)
    rows.push(...both(`vouchers of ${cost.jobs} buyers in one call`, cost, vouchers.naive));
  for (const cost of vouchers.cumulative)
    rows.push(...both(`one cumulative voucher over ${cost.jobs} jobs`, cost, vouchers.naive));
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
  for (const cost of captures.costs)
    rows.push(
      ...both(
        `captureBatch of ${cost.jobs} usage proofs (calldata ${Math.round(cost.calldata)})`,
        cost,
        captures.naive,
      ),
    );
  const hundred = captures.costs.at(-1);
  if (hundred) {
    const { calldata, base, gas, jobs } = hundred;
    const known = { calldata, "transaction's base": base, ...capturePartsOf(jobs) };
    const rest = gas - Object.values(known).reduce((sum, part) => sum + part, 0);
    for (const [name, part] of Object.entries({ ...known, "everything else": rest }))
      rows.push(row(`of a capture among ${jobs}: ${name}`, part, gas));
  }
  const { apart } = captures;
  rows.push(...both(`captureBatch of ${apart.jobs}, each with signatures of its own`, apart, captures.naive));

  for (const { proofs, single, batch } of await benchVerification([1, 10, 100])) {
    rows.push(row(`verification alone, ${proofs} single calls, a proof (baseline)`, single, single));
    rows.push(row(`verification alone, ${proofs} in one batch, a proof`, batch, single));
  }

  return rows;
}

/** `benchGas`; then the long run of the invariants, and the bugs planted to see that the suites find them. */
export async function benchContracts(): Promise<Row[]> {
  await buildContracts();
  const rows = await benchGas();
  rows.push(...(await benchInvariants(join(millDir, "planted", "forge"))));
  rows.push(...(await benchPlanted(join(millDir, "planted"))));
  return rows;
}
