import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test } from "vitest";
import { draftOfParams } from "./draftParams.ts";
import type { OrderDraft } from "./orderDraft.ts";
import { RequirementsFields } from "./RequirementsFields.tsx";

function Form({ from = "", errors = {} }: { from?: string; errors?: Record<string, string> }) {
  const [draft, setDraft] = useState<OrderDraft>(() => {
    return { maxSeconds: "60", budget: "", ...draftOfParams(new URLSearchParams(from)) };
  });
  return (
    <RequirementsFields
      draft={draft}
      gpuClasses={["nvidia-l4"]}
      regions={["DE"]}
      errors={(field) => errors[field]}
      onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
    />
  );
}

test("a buyer who needs nothing special is shown nothing special, and told what that means", () => {
  render(<Form />);
  const group = screen.getByRole("group", { name: "" });
  expect(group.hasAttribute("open")).toBe(false);
  expect(screen.getByText("(any machine, lowest price)")).toBeTruthy();
});

test("what an address names is open and filled in, a class that no machine has now too", () => {
  render(<Form from="gpu=nvidia-h200&parts=4&apart=provider" />);
  expect(screen.getByText("(3 named)")).toBeTruthy();
  expect(screen.getByLabelText<HTMLSelectElement>("GPU").value).toBe("nvidia-h200");
  expect(screen.getByLabelText<HTMLInputElement>("Parts").value).toBe("4");
  expect(screen.getByLabelText<HTMLSelectElement>("Spread over").selectedOptions[0]?.text).toBe("different providers");
});

test("every field has a name, can be set, and counts", () => {
  render(<Form />);
  fireEvent.change(screen.getByLabelText("Of the machines that fit, take"), { target: { value: "best_value" } });
  fireEvent.change(screen.getByLabelText("Provider's stake at least, USD"), { target: { value: "25" } });
  expect(screen.getByText("(2 named)")).toBeTruthy();
});

test("a field that is wrong is in sight, however it came to be", () => {
  render(<Form errors={{ "requirements.gangSize": "must be at most 32" }} />);
  expect(screen.getByRole("alert").textContent).toBe("must be at most 32");
  expect(screen.getByLabelText("Parts").closest("details")?.open).toBe(true);
});
