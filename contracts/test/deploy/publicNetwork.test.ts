import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { groth16VerifierAbi } from "@gristmill/shared/abi/groth16Verifier";
import { parametersAbi } from "@gristmill/shared/abi/parameters";
import { testDollarAbi } from "@gristmill/shared/abi/testDollar";
import { timelockAbi } from "@gristmill/shared/abi/timelock";
import { type Deployment, deploymentSchema } from "@gristmill/shared/chain/deployment";
import { verificationKeyHash } from "@gristmill/shared/proof/verificationKey";
import hre from "hardhat";
import solc from "solc";
import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  defineChain,
  encodeFunctionData,
  getAddress,
  type Hex,
  http,
  zeroHash,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { networks } from "../../deploy/networks.ts";
import { readArtifact } from "../../deploy/readArtifact.ts";
import { accounts, type TestAccount } from "../support/accounts.ts";
import { PARAMETER } from "../support/parameters.ts";
import { adoptOtherKeys, createPublicCheckout } from "../support/publicCheckout.ts";
import { type Ran, tryProgram } from "../support/runProgram.ts";

// The one deploy script, as somebody runs it against Base Sepolia and Base; only the chains are ours.

const TWO_DAYS = 172_800n;
const { deployer: governor, stranger } = accounts;
let folder: string;
let checkout: string;
let keys: ReturnType<typeof adoptOtherKeys>;
let withDevelopmentKeys: Ran;
const chains = new Map<number, Awaited<ReturnType<typeof openChain>>>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gristmill-public-"));
  checkout = createPublicCheckout(join(folder, "checkout"));
  for (const chainId of [84532, 8453]) chains.set(chainId, await openChain(chainId));
  withDevelopmentKeys = await chainOf(84532).deploy();
  keys = adoptOtherKeys(checkout);
}, 600_000);
afterAll(async () => {
  for (const chain of chains.values()) await chain.close();
  rmSync(folder, { recursive: true, force: true });
});

const chainOf = (chainId: number) => {
  const chain = chains.get(chainId);
  if (!chain) throw new Error(`no chain ${chainId}`);
  return chain;
};

/** A chain with this id, a token where the network's dollar is, and a contract that governs. */
async function openChain(chainId: number) {
  const server = await hre.network.createServer({ override: { chainId } }, "127.0.0.1");
  const { address, port } = await server.listen();
  const rpcUrl = `http://${address}:${port}`;
  const transport = http(rpcUrl);
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const publicClient = createPublicClient({ chain, transport, cacheTime: 0, pollingInterval: 50 });
  const testClient = createTestClient({ chain, transport, mode: "hardhat" });
  const create = async (source: string, name: string, args: unknown[] = []): Promise<Address> => {
    const wallet = createWalletClient({ account: stranger, chain, transport });
    const { abi, bytecode } = readArtifact(source, name);
    const hash = await wallet.deployContract({ abi, bytecode, args });
    const { contractAddress } = await publicClient.waitForTransactionReceipt({ hash });
    if (!contractAddress) throw new Error(`${name} was not made`);
    return getAddress(contractAddress);
  };
  const dollar = await publicClient.getCode({ address: await create("token/TestDollar.sol", "TestDollar") });
  const [token] = networks[chainId]?.tokens ?? [];
  if (!token || !dollar) throw new Error(`${chainId} has no token`);
  await testClient.setCode({ address: token, bytecode: dollar });
  const governance = await create("mocks/OwnerWallet.sol", "OwnerWallet", [governor.address]);

  const key = generatePrivateKey();
  const deployer = privateKeyToAccount(key);
  await testClient.setBalance({ address: deployer.address, value: 10n ** 20n });
  const keyFile = join(folder, `${chainId}.key`);
  writeFileSync(keyFile, key, { mode: 0o600 });
  return {
    chainId,
    publicClient,
    testClient,
    token,
    governance,
    deployer: deployer as unknown as TestAccount,
    key,
    deploy: (env: Record<string, string> = {}) =>
      tryProgram(checkout, ["contracts/deploy/main.ts"], {
        RPC_URL: rpcUrl,
        DEPLOYER_KEY_FILE: keyFile,
        GOVERNANCE: governance,
        ...env,
      }),
    async send(from: TestAccount, to: Address, data: Hex) {
      const hash = await createWalletClient({ account: from, chain, transport }).sendTransaction({ to, data });
      return publicClient.waitForTransactionReceipt({ hash });
    },
    sent: () => publicClient.getTransactionCount({ address: deployer.address }),
    close: () => server.close(),
  };
}

describe("a deployment to a public network that would put money at risk", () => {
  const refused = async (ran: Ran, reason: RegExp) => {
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(reason);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).not.toContain(chainOf(84532).key.slice(2));
    expect(await chainOf(84532).sent()).toBe(0);
    expect(existsSync(join(checkout, "contracts/deploy/verification"))).toBe(false);
  };

  it("is refused with the proving keys of this repository: everybody could forge usage", () =>
    refused(withDevelopmentKeys, /development key/));

  it.each([
    ["a token that is not the network's own", { TOKENS: stranger.address }, /not one of the payment tokens/],
    ["deadlines less than a day apart", { MIN_GAP_SECONDS: "86399" }, /a day apart/],
    ["deadlines that are one", { MIN_GAP_SECONDS: "0" }, /MIN_GAP_SECONDS/],
    ["one person's key as governance", { GOVERNANCE: stranger.address }, /plain key/],
    ["no key file", { DEPLOYER_KEY_FILE: "" }, /DEPLOYER_KEY_FILE/],
  ])("is refused with %s, before anything is sent", async (_what, env, reason) =>
    refused(await chainOf(84532).deploy(env), reason),
  );
});

describe.each([84532, 8453])("a market deployed to chain %i", (chainId) => {
  let ran: Ran;
  let deployment: Deployment;
  const chain = () => chainOf(chainId);
  beforeAll(async () => {
    ran = await chain().deploy();
    if (ran.code !== 0) throw new Error(ran.stderr);
    deployment = deploymentSchema.parse(JSON.parse(ran.stdout));
  }, 300_000);
  const at = (name: "parameters" | "timelock") => {
    const address = deployment.contracts[name];
    if (!address) throw new Error(`no ${name}`);
    return address;
  };
  const gap = () =>
    chain().publicClient.readContract({
      address: at("parameters"),
      abi: parametersAbi,
      functionName: "get",
      args: [PARAMETER.minGap],
    });

  it("takes the network's dollar, keeps deadlines a day apart, and has the keys of the ceremony", async () => {
    const { publicClient, token } = chain();
    expect(deployment).toMatchObject({ chainId, minGapSeconds: 86_400, contracts: { token } });
    expect(await gap()).toBe(86_400n);
    for (const [circuit, name] of [
      ["usage", "groth16Verifier"],
      ["usageRollup26", "rollup26Verifier"],
      ["usageRollup52", "rollup52Verifier"],
    ] as const) {
      const call = { abi: groth16VerifierAbi, functionName: "verificationKeyHash" } as const;
      const held = await publicClient.readContract({ address: deployment.contracts[name] ?? token, ...call });
      expect(held, circuit).toBe(verificationKeyHash(keys[circuit]));
    }
    const mint = { address: token, abi: testDollarAbi, functionName: "decimals" } as const;
    expect(await publicClient.readContract(mint)).toBe(6);
  });

  it("says who may change what, as the chain has it, and the deployer is not among them", () => {
    expect(ran.stderr).toContain(`the timelock ${at("timelock")}, which makes every change wait 172800 seconds`);
    expect(ran.stderr).toContain(`Proposes a change: ${chain().governance}\n`);
    expect(ran.stderr).toContain("Executes a change that has waited: anybody\n");
    expect(ran.stderr).toContain(`Changes these roles: ${at("timelock")}, by a change that waits as well\n`);
    expect(ran.stderr).not.toContain(chain().deployer.address);
  });

  it("obeys its timelock from the first block: nobody sets a number, and a proposal waits two days", async () => {
    const { send, deployer, governance, testClient } = chain();
    const set = encodeFunctionData({ abi: parametersAbi, functionName: "set", args: [PARAMETER.minGap, TWO_DAYS] });
    const fromGovernance = (to: Address, data: Hex) =>
      send(
        governor,
        governance,
        encodeFunctionData({
          abi: readArtifact("mocks/OwnerWallet.sol", "OwnerWallet").abi,
          functionName: "run",
          args: [to, data],
        }),
      );
    const schedule = (delay: bigint) =>
      encodeFunctionData({
        abi: timelockAbi,
        functionName: "schedule",
        args: [at("parameters"), 0n, set, zeroHash, zeroHash, delay],
      });
    const execute = encodeFunctionData({
      abi: timelockAbi,
      functionName: "execute",
      args: [at("parameters"), 0n, set, zeroHash, zeroHash],
    });
    for (const from of [deployer, governor, stranger]) {
      await expect(send(from, at("parameters"), set)).rejects.toThrow();
      await expect(send(from, at("timelock"), schedule(TWO_DAYS))).rejects.toThrow();
    }
    await expect(fromGovernance(at("parameters"), set)).rejects.toThrow();
    await expect(fromGovernance(at("timelock"), schedule(TWO_DAYS - 1n))).rejects.toThrow();
    await fromGovernance(at("timelock"), schedule(TWO_DAYS));
    await testClient.increaseTime({ seconds: Number(TWO_DAYS) - 60 });
    await expect(send(stranger, at("timelock"), execute)).rejects.toThrow();
    expect(await gap()).toBe(86_400n);
    await testClient.increaseTime({ seconds: 120 });
    await send(stranger, at("timelock"), execute);
    expect(await gap()).toBe(TWO_DAYS);
  });

  it("leaves explorers what they need: compiling it again gives the code that was sent", async () => {
    const verification = join(checkout, "contracts/deploy/verification");
    const { contracts } = JSON.parse(readFileSync(join(verification, `${chainId}.json`), "utf8")) as {
      contracts: Record<
        "name" | "address" | "contract" | "compiler" | "standardJsonInput" | "constructorArguments",
        string
      >[];
    };
    const addresses = Object.entries(deployment.contracts).filter(([name]) => name !== "token");
    expect(contracts.map(({ address }) => address).sort()).toEqual(addresses.map(([, address]) => address).sort());
    for (const { contract, compiler, standardJsonInput } of contracts) {
      expect(compiler).toMatch(/^v0\.8\.37\+commit\.[0-9a-f]{8}$/);
      const input = JSON.parse(readFileSync(join(verification, standardJsonInput), "utf8"));
      expect(Object.keys(input.sources)).toContain(contract.slice(0, contract.lastIndexOf(":")));
    }
    // One of them all the way; the least one, for the compiler is slow.
    const models = contracts.find(({ name }) => name === "ModelRegistry");
    if (!models || chainId !== 84532) return;
    const input = JSON.parse(readFileSync(join(verification, models.standardJsonInput), "utf8"));
    const source = models.contract.slice(0, models.contract.lastIndexOf(":"));
    input.settings.outputSelection = { [source]: { ModelRegistry: ["evm.bytecode.object"] } };
    const { contracts: compiled } = JSON.parse(solc.compile(JSON.stringify(input)));
    const sent = `0x${compiled[source].ModelRegistry.evm.bytecode.object}`;
    expect(sent).toBe(readArtifact("verify/ModelRegistry.sol", "ModelRegistry").bytecode);
    expect(models.constructorArguments).toBe("0x");
  });
});
