import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { Proved } from "@gristmill/circuits/prover/createProver";
import type { Circuit } from "@gristmill/circuits/scripts/setup/circuitList";
import { readArtifact } from "@gristmill/contracts/deploy/readArtifact.ts";
import { anvilProgram } from "@gristmill/tools/services/chain";
import { createPublicClient, createTestClient, createWalletClient, encodeFunctionData, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { anvil } from "viem/chains";

/** Gas of a transaction that only verifies a proof, calldata and base cost in it, with the circuit's generated verifier. */
export async function proofGas(circuit: Circuit, { proof, publicInputs }: Proved): Promise<number> {
  const { contract, file } = circuit.verifier;
  const { abi, bytecode } = readArtifact(file.replace(/^contracts\/src\//, ""), contract);
  const port = await freePort();
  const chain = spawn(anvilProgram(), ["--host", "127.0.0.1", "--port", String(port), "--quiet"], { stdio: "ignore" });
  try {
    const transport = http(`http://127.0.0.1:${port}`, { retryCount: 40, retryDelay: 100 });
    const account = mnemonicToAccount("test test test test test test test test test test test junk");
    const reader = createPublicClient({ chain: anvil, transport, pollingInterval: 50 });
    await createTestClient({ mode: "anvil", chain: anvil, transport }).setAutomine(true);
    const wallet = createWalletClient({ account, chain: anvil, transport });
    const hash = await wallet.deployContract({
      abi,
      bytecode,
      args: [],
    });
    const { contractAddress } = await reader.waitForTransactionReceipt({ hash });
    const call = {
      ...{ address: contractAddress ?? "0x", abi, functionName: "verifyProof", account },
      args: [proof.a, proof.b, proof.c, publicInputs],
    };
    if ((await reader.readContract(call)) !== true) throw new Error(`${contract} refuses a good proof`);
    // Not an estimate: a starved verifier answers false instead of reverting, and estimates look for the least gas that reverts nothing.
    const data = encodeFunctionData({ abi, functionName: "verifyProof", args: call.args });
    const sent = await wallet.sendTransaction({ to: call.address, data, gas: 2_000_000n });
    return Number((await reader.waitForTransactionReceipt({ hash: sent })).gasUsed);
  } finally {
    chain.kill("SIGKILL");
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
