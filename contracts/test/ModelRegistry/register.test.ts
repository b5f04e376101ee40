import { modelIdOf } from "@gristmill/shared/inference/modelId";
import { verificationKeyWords } from "@gristmill/shared/proof/verificationKey";
import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";
import { encodePacked, keccak256, zeroHash } from "viem";
import { describe, expect, it } from "vitest";
import { accounts } from "../support/accounts.ts";
import { deploy, deployVerifier, digitsKey, digitsOf } from "../support/digits.ts";
import { expectRevert } from "../support/expectRevert.ts";
import { useMarket } from "../support/useMarket.ts";

/** Order of BN254's base field. */
const BASE_FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

const market = useMarket();
const register = (model: object, key: readonly bigint[] = verificationKeyWords(digitsKey)) =>
  market().send(accounts.stranger, "models", "register", [model, key]);

describe("register", () => {
  it("gives the id that a client computes, and keeps what proofs are checked with", async () => {
    const model = digitsOf(await deployVerifier(market()));
    const { events } = await register(model);
    expect(events[0]).toMatchObject({ eventName: "ModelRegistered", args: { modelId: modelIdOf(model) } });
    expect(await market().read("models", "modelIdOf", [model])).toBe(modelIdOf(model));
    expect(await market().read("models", "checkOf", [modelIdOf(model)])).toEqual([
      model.groth16,
      model.modelCommitment,
    ]);
  });

  it("changes nothing afterwards: the same model is refused, any other has another id", async () => {
    const model = digitsOf(await deployVerifier(market()));
    await register(model);
    await expectRevert(register(model), "ModelKnown", [modelIdOf(model)]);
    for (const other of [{ metadata: "other" }, { semantics: 2 }, { weightsHash: `0x${"11".repeat(32)}` } as const]) {
      expect(modelIdOf({ ...model, ...other })).not.toBe(modelIdOf(model));
    }
  });

  it("refuses a key that is not the verifier's", async () => {
    const model = digitsOf(await deployVerifier(market()));
    const key = verificationKeyWords(digitsKey);
    await expectRevert(register(model, key.with(0, 1n)), "WrongKey");
  });

  it.each([
    ["gamma", (gamma: bigint[]) => gamma],
    ["the negative of gamma", ([x1, x2, y1 = 0n, y2 = 0n]: bigint[]) => [x1, x2, BASE_FIELD - y1, BASE_FIELD - y2]],
  ])(
    "refuses a key whose delta is %s: anybody forges answers for it without knowing a secret",
    async (_name, delta) => {
      const words = verificationKeyWords(digitsKey);
      const key = words.toSpliced(10, 4, ...(delta(words.slice(6, 10)) as bigint[]));
      const hash = keccak256(
        encodePacked(
          key.map(() => "uint256"),
          key,
        ),
      );
      const groth16 = await deploy(market(), "mocks/UncontributedVerifier.sol", "UncontributedVerifier", [hash]);
      await expectRevert(register(digitsOf(groth16), key), "UncontributedKey");
    },
  );

  it("refuses a commitment that no proof can name", async () => {
    const model = digitsOf(await deployVerifier(market()));
    await expectRevert(register({ ...model, modelCommitment: FIELD_SIZE }), "CommitmentOutOfField");
  });

  it("an unknown model checks nothing", async () => {
    await expectRevert(market().read("models", "checkOf", [zeroHash]), "ModelUnknown");
  });
});
