/**
 * Poseidon over BN254's scalar field, written from the paper (eprint 2019/458) and made from nothing but its rules: the
 * constants come out of the Grain generator of its appendix E, not out of a table that circomlib shares with others.
 */
const P = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const FIELD_BITS = 254;
const FULL_ROUNDS = 8;
/** Partial rounds for x^5 and 128 bits of security by state width, from 2 on (the authors' table, with their margin). */
const PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];

interface Instance {
  width: number;
  partialRounds: number;
  constants: bigint[];
  matrix: bigint[][];
}

/** The paper's Grain LFSR: 80 bits seeded with the instance's parameters, 160 steps thrown away, then self-shrinking. */
function* grain(width: number, partialRounds: number): Generator<bigint, never> {
  const field = (value: number, bits: number) => [...value.toString(2).padStart(bits, "0")].map(Number);
  const state = [
    ...field(1, 2), // a prime field
    ...field(0, 4), // S-box x^alpha
    ...field(FIELD_BITS, 12),
    ...field(width, 12),
    ...field(FULL_ROUNDS, 10),
    ...field(partialRounds, 10),
    ...Array.from({ length: 30 }, () => 1),
  ];
  const step = () => {
    const bit = [62, 51, 38, 23, 13, 0].reduce((sum, tap) => sum ^ (state[tap] ?? 0), 0);
    state.shift();
    state.push(bit);
    return bit;
  };
  for (let i = 0; i < 160; i++) step();
  for (;;) {
    const [first, second] = [step(), step()];
    if (first === 1) yield BigInt(second);
  }
}

const instances = new Map<number, Instance>();
function instanceOf(width: number): Instance {
  const known = instances.get(width);
  if (known) return known;
  const partialRounds = PARTIAL_ROUNDS[width - 2] ?? 0;
  const bits = grain(width, partialRounds);
  const sample = () => {
    let value = 0n;
    for (let i = 0; i < FIELD_BITS; i++) value = (value << 1n) | bits.next().value;
    return value;
  };
  const constants: bigint[] = [];
  while (constants.length < width * (FULL_ROUNDS + partialRounds)) {
    const value = sample();
    if (value < P) constants.push(value);
  }
  // A Cauchy matrix 1 / (x_i + y_j) of 2 * width distinct samples.
  const points = Array.from({ length: 2 * width }, () => sample() % P);
  if (new Set(points).size !== points.length) throw new Error("samples repeat: the paper draws again");
  const matrix = points.slice(0, width).map((x) => points.slice(width).map((y) => power((x + y) % P, P - 2n)));
  const made = { width, partialRounds, constants, matrix };
  instances.set(width, made);
  return made;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/** Poseidon of 1 to 16 inputs: capacity element zero and first, the first element of the permuted state is the hash. */
export function paperPoseidon(inputs: readonly bigint[]): bigint {
  const { width, partialRounds, constants, matrix } = instanceOf(inputs.length + 1);
  let state = [0n, ...inputs];
  for (let round = 0; round < FULL_ROUNDS + partialRounds; round++) {
    const full = round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + partialRounds;
    const mixed = state.map((value, index) => {
      const keyed = (value + (constants[round * width + index] ?? 0n)) % P;
      return full || index === 0 ? power(keyed, 5n) : keyed;
    });
    state = matrix.map((row) => row.reduce((sum, entry, index) => (sum + entry * (mixed[index] ?? 0n)) % P, 0n));
  }
  return state[0] ?? 0n;
}
