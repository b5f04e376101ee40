import { parametersAbi } from "@gristmill/shared/abi/parameters";
import { encodeFunctionData, type Hex, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { PARAMETER } from "../support/parameters.ts";
import { sendAs, setParameter } from "../support/staking.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { deployer, stranger, provider } = accounts;
const get = (key: keyof typeof PARAMETER) => market().read<bigint>("parameters", "get", [PARAMETER[key]]);

describe("set", () => {
  it("reverts for everybody but the timelock, the deployer included: no key changes the market at once", async () => {
    for (const by of [deployer, stranger, provider])
      await expectRevert(market().send(by, "parameters", "set", [PARAMETER.slashBps, 0n]), "OnlyTimelock", [
        by.address,
      ]);
    await expectRevert(market().send(deployer, "parameters", "allowToken", [stranger.address, true]), "OnlyTimelock");
    await expectRevert(
      market().send(deployer, "parameters", "recogniseFeeRecipient", [stranger.address, true]),
      "OnlyTimelock",
    );
    await expectRevert(market().send(deployer, "parameters", "banAttester", [stranger.address]), "OnlyTimelock");
  });

  it("stays inside bounds that nobody can move: no window is ever zero", async () => {
    for (const key of Object.keys(PARAMETER) as (keyof typeof PARAMETER)[]) {
      const [min, max] = await market().read<readonly [bigint, bigint]>("parameters", "boundsOf", [PARAMETER[key]]);
      await expectRevert(setParameter(market(), key, max + 1n), "OutOfBounds", [PARAMETER[key], max + 1n, min, max]);
      if (min > 0n) await expectRevert(setParameter(market(), key, min - 1n), "OutOfBounds");
    }
    for (const key of ["unbondingDelay", "startWindow", "minGap", "caseSeconds", "minCaseSeconds"] as const)
      await expectRevert(setParameter(market(), key, 0n), "OutOfBounds");
  });

  it("keeps stake longer than any case: a provider cannot leave before a ruling", async () => {
    const caseSeconds = await get("caseSeconds");
    await expectRevert(setParameter(market(), "unbondingDelay", caseSeconds * 2n - 1n), "OutOfOrder");
    await expectRevert(setParameter(market(), "caseSeconds", (await get("unbondingDelay")) / 2n + 1n), "OutOfOrder");
    await expectRevert(setParameter(market(), "minCaseSeconds", (await get("minGap")) + 1n), "OutOfOrder");
    await expectRevert(setParameter(market(), "quorum", (await get("attesterPanel")) + 1n), "OutOfOrder");
    await setParameter(market(), "unbondingDelay", caseSeconds * 3n);
    expect(await get("unbondingDelay")).toBe(caseSeconds * 3n);
  });
});

describe("the timelock", () => {
  const change = (): Hex =>
    encodeFunctionData({ abi: parametersAbi, functionName: "set", args: [PARAMETER.slashBps, 1234n] });
  const operation = () => [market().at.parameters, 0n, change(), zeroHash, zeroHash] as const;

  it("makes a change wait: users see it and leave before it acts", async () => {
    await market().send(deployer, "timelock", "schedule", [...operation(), 3600n]);
    await expectRevert(market().send(stranger, "timelock", "execute", operation()), "TimelockUnexpectedOperationState");
    await market().warpTo((await market().now()) + 3600);
    await market().send(stranger, "timelock", "execute", operation());
    expect(await get("slashBps")).toBe(1234n);
  });

  it("takes proposals of governance only, never faster than its delay, and has no admin", async () => {
    await expectRevert(
      market().send(stranger, "timelock", "schedule", [...operation(), 3600n]),
      "AccessControlUnauthorizedAccount",
    );
    await expectRevert(
      market().send(deployer, "timelock", "schedule", [...operation(), 3599n]),
      "TimelockInsufficientDelay",
    );
    const admin = await market().read("timelock", "DEFAULT_ADMIN_ROLE");
    expect(await market().read("timelock", "hasRole", [admin, deployer.address])).toBe(false);
    expect(await market().read("timelock", "hasRole", [admin, market().at.timelock])).toBe(true);
  });
});

describe("a changed parameter", () => {
  it("does not reach a running job: a token taken off the list pays out to the end", async () => {
    const { terms, leaseId, startedAt } = await market().running();
    await sendAs(market(), market().at.timelock, "parameters", "allowToken", [market().at.token, false]);
    await setParameter(market(), "feeCeilingBps", 0n);
    await setParameter(market(), "minGap", 86_400n);
    await market().warpTo(startedAt + 100);
    await market().capture(terms, market().receiptOf(leaseId, { last: true }));
    await market().accept(terms, 61_500n);
    await market().settle(terms);
    await market().release(terms);
    expect(await market().credit(provider.address)).toBe(60_000n);
    await expectRevert(market().funded(), "TokenNotAllowed");
  });
});
