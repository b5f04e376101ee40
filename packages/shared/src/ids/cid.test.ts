import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { artifactNameSchema, cidOf, sha256OfCid } from "./cid.ts";
import type { Sha256 } from "./ids.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex") as Sha256;

it("names content as other tools do: a CID leads to the same bytes", () => {
  // The CID of the empty raw block, as IPFS's own documentation has it.
  expect(cidOf(sha256(""))).toBe("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
  for (const text of ["", "a", "hello world"]) {
    expect(sha256OfCid(cidOf(sha256(text)))).toBe(sha256(text));
    expect(artifactNameSchema.parse(cidOf(sha256(text)))).toBe(sha256(text));
  }
});

it("takes no other name: a CID of another kind or a changed one leads nowhere", () => {
  const cid = cidOf(sha256("a"));
  for (const other of [
    "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH",
    cid.toUpperCase(),
    `z${cid.slice(1)}`,
    `${cid.slice(0, -1)}z`,
    cid.replace("bafkrei", "bafybei"),
    `${cid}a`,
    "",
    "../../etc/passwd",
  ]) {
    expect(artifactNameSchema.safeParse(other).success, other).toBe(false);
  }
});
