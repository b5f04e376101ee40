/** The one function of snarkjs (which ships no types) that the browser uses. */
declare module "snarkjs" {
  export const groth16: {
    verify(key: object, publicSignals: readonly string[], proof: object): Promise<boolean>;
  };
}
