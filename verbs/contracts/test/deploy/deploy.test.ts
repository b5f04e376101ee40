import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import { UncontributedKeyError } from "@gristmill/circuits/scripts/assertContributed";
import { KEYS_DIR } from "@gristmill/circuits/scripts/setup/paths";
import { groth16VerifierAbi } from "@gristmill/shared/abi/groth16Verifier";
import { verificationKeyHash, verificationKeySchema } from "@gristmill/shared/proof/verificationKey";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { networks, parameterKeys } from "../../deploy/networks.ts";
import { rollupVerifiers } from "../../deploy/plan.ts";
import { readArtifact } from "../../deploy/readArtifact.ts";
import { checkVerifyingKey, VerifierKeyMismatchError } from "../../deploy/verifyingKey.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket({ verifier: "real" });

describe("deployGristmill", () => {
  it("makes contracts that know each other and nobody else", async () => {
    const { at, read } = market();
    expect(await read("escrow", "market")).toBe(at.market);
    expect(await read("asset", "market")).toBe(at.market);
    expect(await read("asset", "registry")).toBe(at.registry);
    expect(await read("market", "escrow")).toBe(at.escrow);
    expect(await read("market", "asset")).toBe(at.asset);
    expect(await read("market", "registry")).toBe(at.registry);
    expect(await read("market", "verifier")).toBe(at.verifier);
    expect(await read("verifier", "groth16Verifier")).toBe(at.groth16Verifier);
    expect(await read("verifier", "rollup26Verifier")).toBe(at.rollup26Verifier);
    expect(await read("verifier", "rollup52Verifier")).toBe(at.rollup52Verifier);
    expect(await read("escrow", "court")).toBe(at.court);
    expect(await read("escrow", "parameters")).toBe(at.parameters);
    expect(await read("parameters", "timelock")).toBe(at.timelock);
    for (const name of ["registry", "reputation"] as const) {
      expect(await read(name, "market")).toBe(at.market);
      expect(await read(name, "court")).toBe(at.court);
      expect(await read(name, "parameters")).toBe(at.parameters);
    }
    expect(await read("attestations", "asset")).toBe(at.asset);
    expect(await read("arbiters", "court")).toBe(at.court);
    for (const peer of ["market", "escrow", "registry", "reputation", "parameters"] as const)
      expect(await read("court", peer)).toBe(at[peer]);
    for (const pool of ["registry", "attestations", "arbiters", "court"] as const)
      expect(await read(pool, "stakeToken")).toBe(at.token);
    expect(await read("escrow", "isTokenAllowed", [at.token])).toBe(true);
    expect(await read("escrow", "minGap")).toBe(3600n);
    expect(await read("escrow", "feeCeilingBps")).toBe(1000n);
  });
});

describe("the deployed verifier", () => {
  it("says which key it verifies with, so that a browser need not take our word for it", async () => {
    const key = verificationKeySchema.parse(JSON.parse(readFileSync(usageProverArtifacts().verificationKey, "utf8")));
    const { at, publicClient } = market();
    const hash = await publicClient.readContract({
      address: at.groth16Verifier,
      abi: groth16VerifierAbi,
      functionName: "verificationKeyHash",
    });
    expect(hash).toBe(verificationKeyHash(key));
    const [first, ...rest] = key.IC;
    expect(hash).not.toBe(verificationKeyHash({ ...key, IC: [...rest, first] as typeof key.IC }));
  });
});

describe("the plan of a network", () => {
  it("fits the bounds and the order of the parameters: a deployment cannot fail half way", async () => {
    for (const network of Object.values(networks))
      for (const [index, key] of parameterKeys.entries()) {
        const [min, max] = await market().read<readonly [bigint, bigint]>("parameters", "boundsOf", [index]);
        expect(network.parameters[key], `${network.name} ${key}`).toBeGreaterThanOrEqual(min);
        expect(network.parameters[key], `${network.name} ${key}`).toBeLessThanOrEqual(max);
      }
    for (const { parameters } of Object.values(networks)) {
      expect(parameters.caseSeconds * 2n).toBeLessThanOrEqual(parameters.unbondingDelay);
      expect(parameters.minCaseSeconds).toBeLessThanOrEqual(parameters.minGap);
    }
  });
});

describe("checkVerifyingKey", () => {
  const { bytecode } = readArtifact("verify/generated/UsageGroth16Verifier.sol", "UsageGroth16Verifier");
  const key = JSON.parse(readFileSync(usageProverArtifacts().verificationKey, "utf8"));
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gristmill-key-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const check = (changed: object) => {
    const path = join(folder, "key.json");
    writeFileSync(path, JSON.stringify({ ...key, ...changed }));
    return checkVerifyingKey(path, bytecode, market().publicClient);
  };

  it("takes the contributed key that the verifier was made from", async () => {
    expect(key).toMatchObject(await check({}));
  });

  it("refuses a key with gamma = delta: anyone could forge a proof and drain escrows", async () => {
    await expect(check({ vk_delta_2: key.vk_gamma_2 })).rejects.toThrow(UncontributedKeyError);
  });

  it("refuses a key that differs from the verifier's in any one point, not only in delta", async () => {
    for (const [name, value] of Object.entries({
      vk_alpha_1: key.IC[1],
      vk_beta_2: key.vk_gamma_2,
      vk_gamma_2: key.vk_beta_2,
      IC: key.IC.toReversed(),
    }))
      await expect(check({ [name]: value }), name).rejects.toThrow(VerifierKeyMismatchError);
  });

  it("refuses a good key beside a verifier made from another", async () => {
    const [[x0, x1], ...rest] = key.vk_delta_2;
    await expect(check({ vk_delta_2: [[`${BigInt(x0) + 1n}`, x1], ...rest] })).rejects.toThrow(
      VerifierKeyMismatchError,
    );
  });
});

describe.each(rollupVerifiers)("the key of $circuit", ({ circuit, source, name }) => {
  const { bytecode } = readArtifact(source, name);
  const key = JSON.parse(readFileSync(join(KEYS_DIR, `${circuit}.json`), "utf8"));
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gristmill-key-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const check = (changed: object) => {
    const path = join(folder, "key.json");
    writeFileSync(path, JSON.stringify({ ...key, ...changed }));
    return checkVerifyingKey(path, bytecode, market().publicClient);
  };

  it("is the one that its code says", () => check({}));

  it("with gamma = delta is refused: anyone could forge a proof of many receipts", async () => {
    await expect(check({ vk_delta_2: key.vk_gamma_2 })).rejects.toThrow(UncontributedKeyError);
  });

  it("is refused beside code that was made from another", async () => {
    await expect(check({ vk_alpha_1: key.IC[0] })).rejects.toThrow(VerifierKeyMismatchError);
  });
});
