import { expect, test } from "vitest";
import { createProofQueue } from "./proofQueue.ts";

/** A proof that ends when told, and notes that it began. */
function proofs() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const make = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name);
      ends.set(name, () => resolve(name));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, make, end };
}

test("one proof at a time, the oldest deadline first, or a receipt misses its capture behind one that has days", async () => {
  const { begun, make, end } = proofs();
  const queue = createProofQueue(8);
  const all = [
    queue.run({ deadline: 50, make: make("first") }),
    queue.run({ deadline: 900, make: make("late") }),
    queue.run({ deadline: 100, make: make("soon") }),
    queue.run({ deadline: 500, make: make("middle") }),
    queue.run({ deadline: 100, make: make("soon too") }),
  ];
  expect(queue.state).toEqual({ waiting: 4, proving: 1, capacity: 8 });
  for (const name of ["first", "soon", "soon too", "middle", "late"]) {
    expect(begun.at(-1)).toBe(name);
    await end(name);
  }
  expect(await Promise.all(all)).toEqual(["first", "late", "soon", "middle", "soon too"]);
  expect(queue.state).toEqual({ waiting: 0, proving: 0, capacity: 8 });
});

test("a full queue turns a proof away to come again, rather than fill the machine", async () => {
  const { make, end } = proofs();
  const queue = createProofQueue(1);
  const first = queue.run({ deadline: 1, make: make("first") });
  const second = queue.run({ deadline: 2, make: make("second") });
  await expect(queue.run({ deadline: 0, make: make("third") })).rejects.toMatchObject({
    ...{ code: "too_many_requests", retryable: true, details: { waiting: 1, capacity: 1 } },
  });
  await end("first");
  await end("second");
  expect(await Promise.all([first, second])).toEqual(["first", "second"]);
  const again = queue.run({ deadline: 0, make: make("third") });
  await end("third");
  expect(await again).toBe("third");
});

test("a proof that fails gives its turn to the next one", async () => {
  const { make, end } = proofs();
  const queue = createProofQueue(4);
  const failing = queue.run({ deadline: 1, make: () => Promise.reject(new Error("no memory")) });
  const next = queue.run({ deadline: 2, make: make("next") });
  await expect(failing).rejects.toThrow("no memory");
  await end("next");
  expect(await next).toBe("next");
});

test("a cancelled proof leaves the queue and never begins", async () => {
  const { begun, make, end } = proofs();
  const queue = createProofQueue(4);
  const first = queue.run({ deadline: 1, make: make("first") });
  const cancel = new AbortController();
  const second = queue.run({ deadline: 2, make: make("second"), signal: cancel.signal });
  const third = queue.run({ deadline: 3, make: make("third") });
  cancel.abort(new Error("lease given up"));
  await expect(second).rejects.toThrow("lease given up");
  await end("first");
  await end("third");
  expect([await first, await third]).toEqual(["first", "third"]);
  expect(begun).toEqual(["first", "third"]);
});
