import { expect, test } from "vitest";
import { assetFixture } from "../placement/assetFixture.ts";
import { quoteOutcome, requestFixture } from "./quoteFixture.ts";

const listing = assetFixture().listing;

test("a big market is refused in a line for each class and reason, with the nearest asset and all it falls short of", () => {
  const small = Array.from({ length: 50 }, (_, index) => assetFixture({ assetId: String(index + 10) }));
  const cheaper = assetFixture({ assetId: "3", listing: listing && { ...listing, pricePerSecond: 7n } });
  const busy = assetFixture({ assetId: "4", memoryBytes: 99_999n * 1_048_576n, availability: "leased" });
  const bare = assetFixture({ assetId: "2", manifest: { ...manifestFixture(), gpus: [] } });
  const request = requestFixture({ requirements: { minVramMiB: 40_960 }, pricePerSecondCap: "50" });
  const result = quoteOutcome(request, [...small, cheaper, busy, bare]);
  expect(result.outcome === "refused" && result.refused).toMatchObject([
    {
      gpuClass: "simulated-a",
      assets: 51,
      assetId: "3",
      field: "requirements.minVramMiB",
      pricePerSecond: 7n,
      also: [],
    },
    { gpuClass: null, assets: 1, assetId: "2", also: [{ field: "pricePerSecondCap" }] },
    { gpuClass: "simulated-a", assets: 1, assetId: "4", field: "pricePerSecondCap", also: [{ field: "availability" }] },
  ]);
});

function manifestFixture() {
  const { manifest } = assetFixture();
  if (manifest === null) throw new Error("the fixture has no manifest");
  return manifest;
}
