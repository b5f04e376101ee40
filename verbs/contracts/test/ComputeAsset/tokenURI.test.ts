import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { useMarket } from "../support/useMarket.ts";

const market = useMarket();
const { provider, stranger } = accounts;
const decode = (uri: string) => Buffer.from(uri.split(",")[1] ?? "", "base64").toString("utf8");

async function metadata(assetId: bigint) {
  const uri = await market().read<string>("asset", "tokenURI", [assetId]);
  expect(uri).toMatch(/^data:application\/json;base64,/);
  const json = JSON.parse(decode(uri)) as {
    name: string;
    image: string;
    attributes: { trait_type: string; value: string }[];
  };
  expect(json.image).toMatch(/^data:image\/svg\+xml;base64,/);
  return {
    ...json,
    svg: decode(json.image),
    trait: (name: string) => json.attributes.find((each) => each.trait_type === name)?.value,
  };
}

describe("tokenURI", () => {
  it("draws a picture with class, memory, region and state", async () => {
    const assetId = await market().mintAsset();
    await market().send(stranger, "asset", "nameClass", ["nvidia-h200"]);
    const { svg, trait, name } = await metadata(assetId);
    expect(name).toBe("Gristmill compute asset #1");
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain("nvidia-h200");
    expect(svg).toContain("1 GPU / 141 GiB / DE");
    expect(svg).toContain("#FAF8F4");
    expect(trait("State")).toBe("free");
    expect(trait("GPU class")).toBe("nvidia-h200");
    expect(trait("Attestation")).toBe("measured by its owner");
  });

  it("says what state the asset is in", async () => {
    const { assetId } = await market().running();
    expect((await metadata(assetId)).trait("State")).toBe("leased");
    const idle = await market().mintAsset();
    await market().send(provider, "asset", "retire", [idle]);
    expect((await metadata(idle)).trait("State")).toBe("retired");
    const now = await market().now();
    const old = await market().mintAsset({ attestedUntil: BigInt(now + 10) });
    await market().warpTo(now + 10);
    expect((await metadata(old)).trait("State")).toBe("expired");
  });

  it.each([
    ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    ['"},{"a":"', "&quot;},{&quot;a&quot;:&quot;"],
    ["x' onload='y", "x&#39; onload=&#39;y"],
    ["a\\u003cb\\", "a?u003cb?"],
    ["tab\tnul\u0000e\u0301", "tab?nul?e??"],
    ["&lt;", "&amp;lt;"],
  ])(
    "shows the label %j as text and nothing else: a name runs no script in a buyer's browser",
    async (label, shown) => {
      const assetId = await market().mintAsset();
      await market().send(provider, "asset", "setLabel", [assetId, label]);
      const { name, svg } = await metadata(assetId);
      expect(name).toBe(`${shown} #1`);
      expect(svg).toContain(`>${shown} #1</text>`);
      const plain = svg.replaceAll(shown, "");
      expect(plain.match(/<(?!\/?(svg|rect|g|circle|path|text)[ >/])/g)).toBeNull();
    },
  );
});

describe("setLabel", () => {
  it("reverts for anybody but the owner and beyond 31 bytes", async () => {
    const assetId = await market().mintAsset();
    await expectRevert(market().send(stranger, "asset", "setLabel", [assetId, "mine"]), "ERC721IncorrectOwner");
    await expectRevert(market().send(provider, "asset", "setLabel", [assetId, "x".repeat(32)]), "StringTooLong");
    await market().send(provider, "asset", "setLabel", [assetId, "x".repeat(31)]);
    expect(await market().read("asset", "labelOf", [assetId])).toBe("x".repeat(31));
  });
});

describe("nameClass", () => {
  it("takes class names only: what stands behind a hash is its name or nothing", async () => {
    for (const [name, position] of [
      ["", 0n],
      ["-a", 0n],
      ["Nvidia", 0n],
      ["a<b", 1n],
      ["a b", 1n],
    ] as const)
      await expectRevert(market().send(stranger, "asset", "nameClass", [name]), "BadClassName", [position]);
  });
});
