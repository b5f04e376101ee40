import { workloadInputSchema } from "@gristmill/shared/job/workload";
import { expect, test } from "vitest";
import { fixtureTemplate } from "../../../test/fixtureMarket.ts";
import { inputPathFor } from "./inputPathFor.ts";

const free = { ...fixtureTemplate(), command: [] };

test("a buyer's result names their own file, not the sample", () => {
  expect(inputPathFor(free, "sales-2026.csv")).toBe("sales-2026.csv");
});

test("a program that wants one name finds the buyer's file under it", () => {
  expect(inputPathFor(fixtureTemplate(), "sales.csv")).toBe("data.csv");
});

test.each(["../../etc/passwd", ".hidden.csv", "späte Zahlen (1).csv", "漢.csv", `${"x".repeat(300)}.csv`, "…"])(
  "a file called %j can still be ordered",
  (name) => {
    const path = inputPathFor(free, name);
    expect(workloadInputSchema.shape.path.safeParse(path).success).toBe(true);
  },
);
