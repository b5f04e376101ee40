import { randomFillSync } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "@gristmill/shared/manifest/manifest";

const SIZE = 192;
const MIB = 1_048_576;
const SPAN_MS = 400;

/**
 * A short measurement, about a second: single-precision matrix product and memory copy on one CPU core, and a synced write
 * to the data folder. It is this node's own word, and says that a CPU was measured: without CUDA tooling nothing here can
 * run on a GPU.
 */
export function measure(dataDir: string, now: () => number): Manifest["benchmark"] {
  return {
    fp32MilliGflops: Math.round(matrixGflops() * 1000),
    memoryMiBPerSecond: Math.round(memoryMiBPerSecond()),
    diskMiBPerSecond: Math.round(diskMiBPerSecond(dataDir)),
    device: "cpu",
    measuredAt: Math.floor(now() / 1000),
  };
}

function matrixGflops(): number {
  const [a, b, c] = [new Float32Array(SIZE * SIZE), new Float32Array(SIZE * SIZE), new Float32Array(SIZE * SIZE)];
  for (let index = 0; index < a.length; index++) {
    a[index] = (index % 13) / 13;
    b[index] = (index % 7) / 7;
  }
  let rounds = 0;
  const start = performance.now();
  while (performance.now() - start < SPAN_MS) {
    c.fill(0);
    for (let i = 0; i < SIZE; i++) {
      for (let k = 0; k < SIZE; k++) {
        const factor = a[i * SIZE + k] ?? 0;
        for (let j = 0; j < SIZE; j++) c[i * SIZE + j] = (c[i * SIZE + j] ?? 0) + factor * (b[k * SIZE + j] ?? 0);
      }
    }
    rounds++;
  }
  return (rounds * 2 * SIZE ** 3) / ((performance.now() - start) * 1e6);
}

function memoryMiBPerSecond(): number {
  const from = randomFillSync(Buffer.allocUnsafe(32 * MIB));
  const to = Buffer.allocUnsafe(32 * MIB);
  let copied = 0;
  const start = performance.now();
  while (performance.now() - start < SPAN_MS) copied += from.copy(to) / MIB;
  return (copied * 1000) / (performance.now() - start);
}

function diskMiBPerSecond(dataDir: string): number {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "benchmark.tmp");
  const block = randomFillSync(Buffer.allocUnsafe(4 * MIB));
  const descriptor = openSync(file, "w", 0o600);
  try {
    let written = 0;
    const start = performance.now();
    while (performance.now() - start < SPAN_MS && written < 128) {
      written += writeSync(descriptor, block) / MIB;
      fsyncSync(descriptor);
    }
    return (written * 1000) / (performance.now() - start);
  } finally {
    closeSync(descriptor);
    rmSync(file, { force: true });
  }
}
