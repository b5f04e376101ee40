import { createRequire } from "node:module";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import { defineConfig } from "hardhat/config";

// The compiler comes from npm: a build never downloads one.
const solcPath = createRequire(import.meta.url).resolve("solc/soljson.js");

const compiler = {
  version: "0.8.37",
  path: solcPath,
  // Cancun for transient storage (the reentrancy guard) and mcopy; every public network we name has it.
  settings: { evmVersion: "cancun", viaIR: true, optimizer: { enabled: true, runs: 200 } },
};

export default defineConfig({
  plugins: [hardhatViem, hardhatNetworkHelpers],
  solidity: { profiles: { default: compiler, production: compiler } },
  paths: {
    sources: "./contracts/src",
    tests: { solidity: "./contracts/test" },
    artifacts: "./artifacts",
    cache: "./cache",
  },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: "0x67726973746d696c6c" },
      invariant: { runs: 64, depth: 96, failOnRevert: false },
    },
  },
});
