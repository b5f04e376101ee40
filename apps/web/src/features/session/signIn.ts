import { openedSessionSchema, signInNonceSchema } from "@gristmill/shared/api/session";
import { signInMessage } from "@gristmill/shared/api/signInMessage";
import type { Address, Hex } from "viem";
import type { Scheduler } from "../../lib/scheduler.ts";

/**
 * Signs in with Ethereum: one signature over a message that names this page, this chain and a fresh nonce.
 * The session is kept by the browser in a cookie that no script reads.
 */
export async function signIn(options: {
  scheduler: Scheduler;
  address: Address;
  chainId: number;
  /** Of this page: what the wallet compares the message with. */
  origin: string;
  signMessage: (message: string) => Promise<Hex>;
}): Promise<void> {
  const { scheduler, address, chainId, origin } = options;
  const { nonce, now } = await scheduler.post("/v1/sessions/nonce", {}, signInNonceSchema);
  const message = signInMessage({ address, chainId, origin, nonce, now });
  const signature = await options.signMessage(message);
  await scheduler.post("/v1/sessions", { message, signature, use: "cookie" }, openedSessionSchema);
}
