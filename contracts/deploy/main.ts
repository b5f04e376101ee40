import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { usageProverArtifacts } from "@gristmill/circuits/prover/usageProverArtifacts";
import { createPublicClient, createWalletClient, defineChain, type Hex, http } from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { z } from "zod";
import { adminPowers } from "./adminPowers.ts";
import { type Deployed, deployGristmill } from "./deploy.ts";
import { networks } from "./networks.ts";
import { writeJson, writeVerification } from "./writeVerification.ts";

// Deploys the market and writes where it is.
//   RPC_URL=... [DEPLOYER_KEY_FILE=...] [GOVERNANCE=0x..] [FEE_RECIPIENTS=0x..,0x..] [TOKENS=0x..,0x..] \
//     [MIN_GAP_SECONDS=...] [FEE_CEILING_BPS=...] node contracts/deploy/main.ts [FILE]
// Writes packages/shared/src/chain/deployments/<chainId>.json, and FILE when one is named. On a public network also
// contracts/deploy/verification/<chainId>.json and what it names: all that a block explorer needs to verify each source. Every
// power that is left to anybody goes to stderr, as the chain has it.

const LOCAL_CHAIN_ID = 31337;
const DEVELOPMENT_MNEMONIC = "test test test test test test test test test test test junk";

const addressList = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}(,0x[0-9a-fA-F]{40})*$/, "must be addresses separated by commas")
  .transform((text) => text.split(",") as [Hex, ...Hex[]]);

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address")
  .transform((text) => text as Hex);

const environment = z
  .object({
    RPC_URL: z.url(),
    /** File with the deployer's private key in hex; on chain 31337 the development mnemonic is the default. */
    DEPLOYER_KEY_FILE: z.string().optional(),
    /** Contract that proposes changes of the parameters; needed on public networks. */
    GOVERNANCE: address.optional(),
    /** Accounts whose fees count towards reputation: fee recipients of schedulers that governance knows. */
    FEE_RECIPIENTS: addressList.optional(),
    /** Payment tokens, in place of the network's; on a public one some of its own. */
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

const transport = http(environment.RPC_URL);
const chainId = await createPublicClient({ transport }).getChainId();
const isLocal = chainId === LOCAL_CHAIN_ID;
if (!isLocal && !environment.DEPLOYER_KEY_FILE)
  throw new Error(`DEPLOYER_KEY_FILE must name a key file on chain ${chainId}`);
const network = networks[chainId];
if (!network) throw new Error(`Chain ${chainId} is not one of ${Object.keys(networks).join(", ")}`);

const account = environment.DEPLOYER_KEY_FILE
  ? privateKeyToAccount(readKey(environment.DEPLOYER_KEY_FILE))
  : mnemonicToAccount(DEVELOPMENT_MNEMONIC);
const chain = defineChain({
  id: chainId,
  name: `chain ${chainId}`,
  nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
  rpcUrls: { default: { http: [environment.RPC_URL] } },
});

const publicClient = createPublicClient({ chain, transport, pollingInterval: 100 });
const deployed: Deployed[] = [];
const deployment = await deployGristmill({
  onDeployed: (contract) => deployed.push(contract),
  walletClient: createWalletClient({ account, chain, transport }),
  publicClient,
  config: {
    ...(environment.TOKENS && { tokens: environment.TOKENS }),
    network,
    ...(environment.GOVERNANCE && { governance: environment.GOVERNANCE }),
    ...(environment.FEE_RECIPIENTS && { feeRecipients: environment.FEE_RECIPIENTS }),
    minGapSeconds: environment.MIN_GAP_SECONDS ?? Number(network.parameters.minGap),
    feeCeilingBps: environment.FEE_CEILING_BPS,
    verifyingKeyPath: usageProverArtifacts().verificationKey,
  },
});

const shared = fileURLToPath(new URL(`../../packages/shared/src/chain/deployments/${chainId}.json`, import.meta.url));
for (const path of [shared, process.argv[2]]) if (path) writeJson(path, deployment);
if (network.isPublic) {
  writeVerification(fileURLToPath(new URL("verification", import.meta.url)), network, deployed);
  for (const line of await adminPowers(publicClient, deployment)) process.stderr.write(`${line}\n`);
}
process.stdout.write(`${JSON.stringify(deployment, null, 2)}\n`);
