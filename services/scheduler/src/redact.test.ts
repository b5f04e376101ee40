import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";
import { secretsOfUrl } from "./redact.ts";

const CANARY = "canary-4f1d9b7e";

/** Everything that is written to the log while `work` goes on. */
async function logged(secrets: string[], work: (logger: ReturnType<typeof createLogger>["logger"]) => void) {
  const lines: string[] = [];
  work(createLogger("debug", secrets, { write: (line) => void lines.push(line) }).logger);
  return lines.join("");
}

test("what opens the database, the queue or the chain's provider stands in no line, whatever field or error it is in", async () => {
  const urls = [
    `postgres://user:${CANARY}@db.example/market`,
    `redis://:${CANARY}@queue.example:6379`,
    `https://chain.example/v3/${CANARY}`,
    `https://chain.example/?key=${CANARY}`,
    `postgres://user:${encodeURIComponent(`${CANARY}/"&`)}@db.example/market`,
  ];
  for (const url of urls) {
    const text = await logged(secretsOfUrl(url), (logger) => {
      logger.info({ url }, "a field");
      logger.warn(`a message with ${url}`);
      logger.error({ err: new Error(`request to ${url} failed`, { cause: new Error(url) }) }, "an error");
      logger.error({ error: String(new Error(`deep ${url}`)), details: { more: [{ url }] } }, "deep");
      logger.info({ password: decodeURIComponent(new URL(url).password || CANARY) }, "alone");
    });
    expect(text, url).toContain("[redacted]");
    expect(text, url).not.toContain(CANARY);
  }
});

test("a key that stands as the user of a provider's URL is taken out, and a password with a bare % stops nothing", async () => {
  const [asUser, bare] = [`https://${CANARY}@rpc.example/v1`, `postgres://market:100%${CANARY}@db.example/market`];
  for (const url of [asUser, bare]) {
    const text = await logged(secretsOfUrl(url), (logger) => logger.info({ url, alone: CANARY }, "a field"));
    expect(text, url).toContain("[redacted]");
  }
  expect(await logged(secretsOfUrl(asUser), (logger) => logger.info(`asked ${asUser}`))).not.toContain(CANARY);
  expect(secretsOfUrl(bare)).toContain(`100%${CANARY}`);
});

test("tokens, webhook secrets and signatures are taken out by their form; hashes and ids stay for the operator", async () => {
  const token = "a1B2".repeat(10);
  const signature = `0x${"ab".repeat(65)}`;
  const hash = `0x${"cd".repeat(32)}`;
  const text = await logged([], (logger) => {
    logger.info({ headers: [`authorization: Bearer ${token}`] }, `Bearer ${token}`);
    logger.info({ deep: { body: `{"signature":"${signature}"}` } }, `signed ${signature}`);
    logger.info({ hook: `whsec_${token}=` }, `job ${hash}`);
    logger.info(
      { req: { headers: { cookie: CANARY, authorization: CANARY, "payment-signature": CANARY } } },
      "request",
    );
    logger.info({ session: { token: CANARY, secret: CANARY }, key: { privateKey: CANARY } }, "fields");
  });
  for (const secret of [token, signature, CANARY]) expect(text).not.toContain(secret);
  expect(text).toContain(hash);
});
