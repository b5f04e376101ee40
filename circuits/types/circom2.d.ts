declare module "circom2" {
  /** What circom asks of its system; see the package's cli.js. */
  export const bindings: Record<string, unknown>;
  export class CircomRunner {
    constructor(options: { args: string[]; env: unknown; preopens: Record<string, string>; bindings: unknown });
    execute(wasm: Uint8Array): Promise<unknown>;
  }
}
