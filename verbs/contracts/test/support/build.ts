import hre from "hardhat";

/** Compiles the contracts if they changed. */
export async function buildContracts(): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
}
