import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import { circuitArtifacts } from "@gristmill/circuits/scripts/setup/artifacts";
import { createPublicClient, createWalletClient, defineChain, type Hex, http } from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { z } from "zod";
import { deployGristmill } from "./deploy.ts";

// Deploys the market and writes where it is.
//   RPC_URL=... [DEPLOYER_KEY_FILE=...] [TOKENS=0x..,0x..] [MIN_GAP_SECONDS=...] [FEE_CEILING_BPS=...] \
//     node contracts/deploy/main.ts [FILE]
// Writes packages/shared/src/chain/deployments/<chainId>.json, and FILE when one is named.

const LOCAL_CHAIN_ID = 31337;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const DEVELOPMENT_MNEMONIC = "test test test test test test test test test test test junk";

const addressList = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}(,0x[0-9a-fA-F]{40})*$/, "must be addresses separated by commas")
  .transform((text) => text.split(",") as [Hex, ...Hex[]]);

const environment = z
  .object({
    RPC_URL: z.url(),
    /** File with the deployer's private key in hex; on chain 31337 the development mnemonic is the default. */
    DEPLOYER_KEY_FILE: z.string().optional(),
    /** Payment tokens; needed on every chain but 31337, where a test dollar is deployed. */
    TOKENS: addressList.optional(),
    MIN_GAP_SECONDS: z.coerce.number().int().positive().optional(),
    FEE_CEILING_BPS: z.coerce.number().int().min(0).max(10_000).default(1000),
  })
  .parse(process.env);

function readKey(path: string): Hex {
  const text = readFileSync(path, "utf8").trim();
  // The key itself stays out of the message.
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new Error(`${path} does not hold a private key (0x and 64 hex digits)`);
  return text as Hex;
}

function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.tmp`, path);
}

const transport = http(environment.RPC_URL);
const chainId = await createPublicClient({ transport }).getChainId();
const isLocal = chainId === LOCAL_CHAIN_ID;
if (!isLocal && environment.DEPLOYER_KEY_FILE === undefined)
  throw new Error(`DEPLOYER_KEY_FILE must name a key file on chain ${chainId}`);
if (!isLocal && environment.TOKENS === undefined)
  throw new Error(`TOKENS must name the payment tokens on chain ${chainId}`);
// The development setup's seed is public, so its owner is everybody.
if (!isLocal && readFileSync(circuitArtifacts("usage").files.solidity, "utf8").includes("DEVELOPMENT KEY"))
  throw new Error(`The usage verifier has a development key: make a key with a real ceremony for chain ${chainId}`);

const account = environment.DEPLOYER_KEY_FILE
  ? privateKeyToAccount(readKey(environment.DEPLOYER_KEY_FILE))
  : mnemonicToAccount(DEVELOPMENT_MNEMONIC);
const chain = defineChain({
  id: chainId,
  name: `chain ${chainId}`,
  nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
  rpcUrls: { default: { http: [environment.RPC_URL] } },
});

const deployment = await deployGristmill({
  walletClient: createWalletClient({ account, chain, transport }),
  publicClient: createPublicClient({ chain, transport, pollingInterval: 100 }),
  config: {
    ...(environment.TOKENS && { tokens: environment.TOKENS }),
    minGapSeconds: environment.MIN_GAP_SECONDS ?? (isLocal ? HOUR_SECONDS : DAY_SECONDS),
    feeCeilingBps: environment.FEE_CEILING_BPS,
    verifyingKeyPath: usageProverArtifacts().verificationKey,
  },
});

const shared = fileURLToPath(new URL(`../../packages/shared/src/chain/deployments/${chainId}.json`, import.meta.url));
for (const path of [shared, process.argv[2]]) if (path) writeJson(path, deployment);
process.stdout.write(`${JSON.stringify(deployment, null, 2)}\n`);
