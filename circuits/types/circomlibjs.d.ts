/** The one function of circomlibjs (which ships no types) that the tests compare with. */
declare module "circomlibjs" {
  interface Poseidon {
    (inputs: readonly bigint[]): Uint8Array;
    F: { toObject(element: Uint8Array): bigint };
  }
  export function buildPoseidon(): Promise<Poseidon>;
}
