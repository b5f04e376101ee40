import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArtifact } from "@gristmill/contracts/deploy/readArtifact.ts";
import { signInMessage } from "@gristmill/shared/api/signInMessage";
import { DEV_MNEMONIC, startChain } from "@gristmill/tools/services/chain";
import { type Address, createPublicClient, createWalletClient, getAddress, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, expect, it } from "vitest";
import { orderFixture } from "../../domain/quote/quoteFixture.ts";
import { memoryApp } from "../http/testing/memoryApp.ts";
import { verifySignIn } from "./verifySignIn.ts";

const folder = mkdtempSync(join(tmpdir(), "gristmill-wallet-"));
const owner = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 3 });
const stranger = mnemonicToAccount(DEV_MNEMONIC, { addressIndex: 4 });
const web = "http://127.0.0.1:3";
let chain: Awaited<ReturnType<typeof startChain>>;
let running: Awaited<ReturnType<typeof memoryApp>>;
/** A wallet that is a contract and answers for its owner. */
let wallet: Address;

beforeAll(async () => {
  chain = await startChain({ millDir: folder, env: {} });
  const transport = http(chain.rpcUrl);
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 50 });
  const deployer = createWalletClient({ account: stranger, chain: foundry, transport });
  const { abi, bytecode } = readArtifact("mocks/ContractWallet.sol", "ContractWallet");
  const hash = await deployer.deployContract({ abi, bytecode, args: [owner.address] });
  const { contractAddress } = await publicClient.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("the wallet was not deployed");
  wallet = getAddress(contractAddress);
  running = await memoryApp({ verifySignIn: verifySignIn(publicClient) });
}, 120_000);
afterAll(async () => {
  await running?.app.close();
  await chain?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function signIn(address: Address, signer: typeof owner, chainId = 31337) {
  const { nonce, now } = (await running.app.inject({ method: "POST", url: "/v1/sessions/nonce" })).json();
  const message = signInMessage({ address, origin: web, chainId, nonce, now });
  const payload = { message, signature: await signer.signMessage({ message }) };
  const send = () => running.app.inject({ method: "POST", url: "/v1/sessions", payload });
  return { first: await send(), again: send };
}

it("a contract wallet signs in as itself by its owner's signature, and sees its own jobs", async () => {
  const order = orderFixture();
  const { jobId } = running.memory.openJob({ ...order, terms: { ...order.terms, buyer: wallet } });
  const { first, again } = await signIn(wallet, owner);
  expect([first.statusCode, first.json().address]).toEqual([201, wallet]);
  const headers = { authorization: `Bearer ${first.json().token}` };
  expect((await running.app.inject({ url: `/v1/jobs/${jobId}`, headers })).statusCode).toBe(200);
  expect((await running.app.inject({ url: "/v1/jobs", headers })).json().items).toMatchObject([{ jobId }]);
  // The same words a second time open nothing.
  expect((await again()).statusCode).toBe(401);
});

it("nobody else signs in as a contract wallet, and its owner's own account is another one", async () => {
  expect((await signIn(wallet, stranger)).first.json().code).toBe("sign_in_refused");
  expect((await signIn(wallet, owner, 1)).first.json().code).toBe("sign_in_refused");
  // An address without code says nothing, so nobody signs for it.
  expect((await signIn(getAddress(`0x${"7".repeat(40)}`), owner)).first.json().code).toBe("sign_in_refused");
  const own = (await signIn(owner.address, owner)).first.json();
  const headers = { authorization: `Bearer ${own.token}` };
  expect((await running.app.inject({ url: "/v1/jobs", headers })).json().items).toEqual([]);
});

it("a chain that does not answer refuses nobody for good: the wallet may try again", async () => {
  const away = createPublicClient({ chain: foundry, transport: http("http://127.0.0.1:1", { retryCount: 0 }) });
  const other = await memoryApp({ verifySignIn: verifySignIn(away) });
  try {
    const { nonce, now } = (await other.app.inject({ method: "POST", url: "/v1/sessions/nonce" })).json();
    const message = signInMessage({ address: wallet, origin: web, chainId: 31337, nonce, now });
    const payload = { message, signature: await owner.signMessage({ message }) };
    const answer = await other.app.inject({ method: "POST", url: "/v1/sessions", payload });
    expect([answer.statusCode, answer.json()]).toMatchObject([503, { code: "chain_unavailable", retryable: true }]);
  } finally {
    await other.app.close();
  }
});
