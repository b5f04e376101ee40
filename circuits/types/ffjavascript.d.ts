/** The small part of ffjavascript (which ships no types) that the setup and the tests use. */
declare module "ffjavascript" {
  type Point = Uint8Array;
  type FieldElement = Uint8Array;

  interface WasmCurve {
    readonly F: { readonly n8: number };
    readonly g: Point;
    readonly oneAffine: Point;
    readonly zero: Point;
    readonly prefix: string;
    add(a: Point, b: Point): Point;
    sub(a: Point, b: Point): Point;
    neg(a: Point): Point;
    double(a: Point): Point;
    eq(a: Point, b: Point): boolean;
    toAffine(a: Point): Point;
    fromRng(rng: ChaCha): Point;
    timesFr(a: Point, scalar: FieldElement): Point;
    toObject(a: Point): bigint[];
    fromObject(a: unknown): Point;
    toUncompressed(a: Point): Uint8Array;
    toRprLEM(buffer: Uint8Array, offset: number, a: Point): void;
    toRprUncompressed(buffer: Uint8Array, offset: number, a: Point): void;
    batchToAffine(jacobian: Uint8Array): Promise<Uint8Array>;
    batchLEMtoC(affine: Uint8Array): Promise<Uint8Array>;
    batchLEMtoU(affine: Uint8Array): Promise<Uint8Array>;
  }

  interface WasmField {
    readonly n8: number;
    readonly one: FieldElement;
    readonly zero: FieldElement;
    e(value: bigint | number): FieldElement;
    mul(a: FieldElement, b: FieldElement): FieldElement;
    inv(a: FieldElement): FieldElement;
    batchToMontgomery(buffer: Uint8Array): Promise<Uint8Array>;
    fromRng(rng: ChaCha): FieldElement;
    ifft(buffer: Uint8Array): Promise<Uint8Array>;
    batchFromMontgomery(buffer: Uint8Array): Promise<Uint8Array>;
  }

  interface ThreadManager {
    readonly instance: { readonly exports: Record<string, (...args: number[]) => number> };
    readonly memory: WebAssembly.Memory;
    u8: Uint8Array;
    u32: Uint32Array;
    startSyncOp(): void;
    endSyncOp(): void;
    alloc(length: number): number;
    allocBuff(buffer: Uint8Array): number;
    getBuff(pointer: number, length: number): Uint8Array;
  }

  export interface Curve {
    readonly q: bigint;
    readonly r: bigint;
    readonly G1: WasmCurve;
    readonly G2: WasmCurve;
    readonly Fr: WasmField;
    readonly tm: ThreadManager;
    terminate(): Promise<void>;
  }

  export class ChaCha {
    constructor(seed: number[]);
    nextU32(): number;
  }

  export function buildBn128(singleThread?: boolean): Promise<Curve>;
}
