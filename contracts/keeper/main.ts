import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { attestationsAbi } from "@gristmill/shared/abi/attestations";
import { courtAbi } from "@gristmill/shared/abi/court";
import { keepSeeds } from "@gristmill/shared/chain/keepSeeds";
import { type Abi, createPublicClient, createWalletClient, defineChain, type Hex, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { z } from "zod";

// Keeps the block hashes that draw panels of arbiters and attesters. Anybody may run it, as often as it likes to pay for gas:
//   RPC_URL=... KEY_FILE=... COURT=0x.. ATTESTATIONS=0x.. [INTERVAL_SECONDS=30] node contracts/keeper/main.ts

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address")
  .transform((text) => text as Hex);
const environment = z
  .object({
    RPC_URL: z.url(),
    /** File with a private key in hex; the account only pays gas. */
    KEY_FILE: z.string(),
    COURT: address,
    ATTESTATIONS: address,
    /** Far below the 256 blocks after which a chain forgets a hash. */
    INTERVAL_SECONDS: z.coerce.number().int().min(1).max(300).default(30),
  })
  .parse(process.env);

const key = readFileSync(environment.KEY_FILE, "utf8").trim();
// The key itself stays out of the message.
if (!/^0x[0-9a-fA-F]{64}$/.test(key)) throw new Error(`${environment.KEY_FILE} does not hold a private key`);
const transport = http(environment.RPC_URL);
const chainId = await createPublicClient({ transport }).getChainId();
const nativeCurrency = { name: "Ether", symbol: "ETH", decimals: 18 };
const rpcUrls = { default: { http: [environment.RPC_URL] } };
const chain = defineChain({ id: chainId, name: `chain ${chainId}`, nativeCurrency, rpcUrls });
const publicClient = createPublicClient({ chain, transport });
const account = privateKeyToAccount(key as Hex);
const wallet = createWalletClient({ chain, transport, account });
const contracts = { court: environment.COURT, attestations: environment.ATTESTATIONS };
const abis: Record<"court" | "attestations", Abi> = { court: courtAbi, attestations: attestationsAbi };
const say = (line: string) => process.stdout.write(`${new Date().toISOString()} ${line}\n`);

let from = { caseId: 1n, requestId: 1n };
for (;;) {
  from = await keepSeeds(
    {
      publicClient,
      contracts,
      async send({ contract, functionName, id }) {
        const request = { address: contracts[contract], abi: abis[contract], functionName, args: [id] };
        await publicClient.simulateContract({ ...request, account });
        const hash = await wallet.writeContract(request);
        await publicClient.waitForTransactionReceipt({ hash });
        say(`${contract}.${functionName}(${id}) in ${hash}`);
        return hash;
      },
      onRefused: ({ contract, functionName, id }, error) =>
        say(
          `${contract}.${functionName}(${id}) refused: ${(error as { shortMessage?: string }).shortMessage ?? error}`,
        ),
    },
    from,
  ).catch((error: unknown) => {
    say(`the chain did not answer: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    return from;
  });
  await sleep(environment.INTERVAL_SECONDS * 1000);
}
