/** The part of the WebAssembly API that tests use; @types/node declares the namespace without it. */
declare namespace WebAssembly {
  function instantiate(
    bytes: Uint8Array<ArrayBuffer>,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
}
