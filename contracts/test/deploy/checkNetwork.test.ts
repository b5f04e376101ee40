import { readFileSync } from "node:fs";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import { zeroAddress } from "viem";
import { describe, expect, it } from "vitest";
import { checkNetwork, type DeploymentFacts, UnsafeDeploymentError } from "../../deploy/checkNetwork.ts";
import { type Network, networks } from "../../deploy/networks.ts";
import { accounts } from "../support/accounts.ts";

const base = networks[8453] as Network;
const local = networks[31337] as Network;
const development = JSON.parse(readFileSync(usageProverArtifacts().verificationKey, "utf8"));
const facts: DeploymentFacts = {
  verificationKeys: [{ vk_alpha_1: ["1", "2", "1"], vk_delta_2: [["3", "4"]] }],
  verifierSource: "// a ceremony's key",
  governance: accounts.stranger.address,
  governanceCode: "0x6080",
  deployer: "0x00000000000000000000000000000000000de910",
  tokens: [{ address: base.tokens?.[0] ?? zeroAddress, decimals: 6 }],
};
const refused = (network: Network, changed: Partial<DeploymentFacts>, reason: RegExp) => {
  const check = () => checkNetwork(network, { ...facts, ...changed });
  expect(check).toThrow(UnsafeDeploymentError);
  expect(check).toThrow(reason);
};

describe("checkNetwork", () => {
  it("takes a public network with a real key and a contract as governance", () => {
    for (const chainId of [8453, 84532]) checkNetwork(networks[chainId] as Network, facts);
  });

  it("refuses the development proving key on a public network: everybody could forge usage", () => {
    refused(base, { verifierSource: "// DEVELOPMENT KEY" }, /development key/);
    checkNetwork(local, { ...facts, verifierSource: "// DEVELOPMENT KEY" });
  });

  it("recognises that key by its points, also where its header was edited out", () => {
    refused(base, { verificationKeys: [...facts.verificationKeys, development] }, /development key/);
    checkNetwork(local, { ...facts, verificationKeys: [development] });
  });

  it("refuses a plain key as governance on a public network, a delegated one (EIP-7702) too", () => {
    for (const governanceCode of [undefined, "0x", `0xef0100${"11".repeat(20)}`] as const)
      refused(base, { governanceCode }, /plain key/);
    for (const governance of [zeroAddress, facts.deployer]) refused(base, { governance }, /multisig/);
    checkNetwork(local, { ...facts, governance: facts.deployer, governanceCode: undefined });
  });

  it("refuses tokens that are not the network's own, or not there: money could go into anything", () => {
    const stranger = accounts.stranger.address;
    refused({ ...base, tokens: [stranger] }, {}, /not one of the payment tokens/);
    refused({ ...base, tokens: [...(base.tokens ?? [stranger]), stranger] }, {}, /not one of the payment tokens/);
    refused(base, { tokens: [{ address: stranger, decimals: undefined }] }, /no token at/);
    refused(base, { tokens: [{ address: stranger, decimals: 18 }] }, /18 decimals/);
  });

  it("refuses a deployer whose key everybody has: somebody else would send in the middle", () => {
    for (const account of Object.values(accounts))
      refused(base, { deployer: account.address, governance: zeroAddress }, /development account/);
    checkNetwork(local, { ...facts, deployer: accounts.deployer.address });
  });

  it("refuses windows of nothing on every network", () => {
    for (const key of ["unbondingDelay", "startWindow", "minGap", "caseSeconds", "minCaseSeconds"] as const)
      refused({ ...local, parameters: { ...local.parameters, [key]: 0n } }, {}, new RegExp(key));
    refused({ ...local, timelockSeconds: 0 }, {}, /timelock/);
  });

  it("refuses short windows and missing tokens on a public network", () => {
    refused({ ...base, parameters: { ...base.parameters, minGap: 86_399n } }, {}, /day apart/);
    refused({ ...base, timelockSeconds: 172_799 }, {}, /two days/);
    const { tokens: _tokens, ...withoutTokens } = base;
    refused(withoutTokens, {}, /payment tokens/);
  });
});
