import { openedSessionSchema, signInNonceSchema } from "@gristmill/shared/api/session";
import { signInMessage } from "@gristmill/shared/api/signInMessage";
import { BaseError } from "@gristmill/shared/errors/baseError";
import type { PrivateKeyAccount } from "viem/accounts";

const SIGN_IN_TIMEOUT_MS = 15_000;

export interface SchedulerSession {
  /** Sends a request as this node; signs in first, and anew when the session is over. @param init called for each try */
  send(url: string, init: () => RequestInit): Promise<Response>;
}

/** This node at the scheduler of its market, by the node's own key: inputs and outputs are for nobody else. */
export function schedulerSession(
  schedulerUrl: string,
  chainId: number,
  account: Pick<PrivateKeyAccount, "address" | "signMessage">,
): SchedulerSession {
  let token: Promise<string> | undefined;

  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await ask(new URL(path, schedulerUrl).href, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(SIGN_IN_TIMEOUT_MS),
    });
    if (!response.ok) throw new BaseError("internal", `the scheduler refused to sign in (answer ${response.status})`);
    return response.json();
  };
  const signIn = async (): Promise<string> => {
    const { nonce, now } = signInNonceSchema.parse(await post("/v1/sessions/nonce", {}));
    const message = signInMessage({ address: account.address, origin: schedulerUrl, chainId, nonce, now });
    const signature = await account.signMessage({ message });
    const { token } = openedSessionSchema.parse(await post("/v1/sessions", { message, signature }));
    if (token === null) throw new BaseError("internal", "the scheduler signed in without a token");
    return token;
  };
  const current = (): Promise<string> => {
    token ??= signIn().catch((error: unknown) => {
      token = undefined;
      throw error;
    });
    return token;
  };

  return {
    async send(url, init) {
      const authorized = async () => {
        const request = init();
        const headers = new Headers(request.headers);
        headers.set("authorization", `Bearer ${await current()}`);
        return ask(url, { ...request, headers });
      };
      const response = await authorized();
      if (response.status !== 401) return response;
      await response.body?.cancel();
      token = undefined;
      return authorized();
    },
  };
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error" });
  } catch (cause) {
    throw new BaseError("internal", `the scheduler does not answer at ${new URL(url).origin}`, { cause });
  }
}
