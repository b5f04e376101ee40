import { expect, it } from "vitest";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { newestFirst, pageOf } from "./pageOf.ts";

const id = (digit: string) => `0x${digit.repeat(64)}`;
const jobs = [
  { at: 5, id: id("b") },
  { at: 9, id: id("c") },
  { at: 5, id: id("a") },
];
const listing = (items: readonly { at: number; id: string }[]) =>
  newestFirst("jobs", items, { at: ({ at }) => at, id: ({ id }) => id });

it("shows the newest first and loses none of those of one second between two pages", () => {
  const first = pageOf(listing(jobs), { limit: 2 });
  expect(first?.items.map((job) => job.id)).toEqual([id("c"), id("a")]);
  // A new one in front moves nothing behind.
  const second = pageOf(listing([...jobs, { at: 10, id: id("d") }]), { limit: 2, cursor: first?.next ?? "" });
  expect(second).toEqual({ items: [jobs[0]], next: null });
});

it("takes a cursor for its own list only, and none with anything but numbers and ids in it", () => {
  const cursor = encodeCursor("jobs", ["5", id("a")]);
  expect(decodeCursor("jobs", cursor)).toEqual(["5", id("a")]);
  expect(decodeCursor("leases", cursor)).toBeUndefined();
  for (const position of [["nonsense"], [""], [], ["1", "2", "3", "4", "5"], ["1e9"]]) {
    expect(decodeCursor("jobs", encodeCursor("jobs", position))).toBeUndefined();
  }
});
