import { FIELD_SIZE } from "@gristmill/shared/receipt/tickChain";

/** Value of a signal, in circuit inputs. */
export type SignalValue = bigint | number | string | readonly SignalValue[];

/** Computes a circuit's wires; throws when the input breaks a constraint. */
export type Calculator = (input: Record<string, SignalValue>) => bigint[];

interface CircomExports {
  init(sanityCheck: number): void;
  getFieldNumLen32(): number;
  getWitnessSize(): number;
  getWitness(wire: number): void;
  getInputSignalSize(high: number, low: number): number;
  setInputSignal(high: number, low: number, position: number): void;
  readSharedRWMemory(word: number): number;
  writeSharedRWMemory(word: number, value: number): void;
}

/**
 * Loads circom's WebAssembly once, for thousands of witnesses: snarkjs compiles it again for each. The calls are those
 * of the `witness_calculator.js` that circom writes beside it.
 */
export async function calculator(wasm: Uint8Array<ArrayBuffer>): Promise<Calculator> {
  const refuse = (code: number) => {
    throw new Error(code === 4 ? "a constraint is broken" : `circom's program stopped with code ${code}`);
  };
  const ignore = () => {};
  const { instance } = await WebAssembly.instantiate(wasm, {
    runtime: {
      exceptionHandler: refuse,
      printErrorMessage: ignore,
      writeBufferMessage: ignore,
      showSharedRWMemory: ignore,
    },
  });
  const circuit = instance.exports as unknown as CircomExports;
  const words = circuit.getFieldNumLen32();

  return (input) => {
    // 1: `===` and assert are checked, or a broken input would give a witness.
    circuit.init(1);
    for (const [name, value] of Object.entries(input)) {
      const [high, low] = fnv1a(name);
      const flat = flatten(value);
      if (circuit.getInputSignalSize(high, low) !== flat.length) {
        throw new RangeError(`signal ${name} does not have ${flat.length} values`);
      }
      for (const [position, number] of flat.entries()) {
        const element = ((BigInt(number) % FIELD_SIZE) + FIELD_SIZE) % FIELD_SIZE;
        for (let word = 0; word < words; word++) {
          circuit.writeSharedRWMemory(word, Number((element >> BigInt(32 * word)) & 0xffffffffn));
        }
        circuit.setInputSignal(high, low, position);
      }
    }
    return Array.from({ length: circuit.getWitnessSize() }, (_, wire) => {
      circuit.getWitness(wire);
      let element = 0n;
      for (let word = words - 1; word >= 0; word--) {
        element = (element << 32n) | BigInt(circuit.readSharedRWMemory(word) >>> 0);
      }
      return element;
    });
  };
}

function flatten(value: SignalValue): (bigint | number | string)[] {
  return typeof value === "object" ? value.flatMap(flatten) : [value];
}

/** FNV-1a of 64 bits, by which circom names signals. */
function fnv1a(text: string): [high: number, low: number] {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return [Number(hash >> 32n), Number(hash & 0xffffffffn)];
}
