import fc from "fast-check";
import { zeroHash } from "viem";
import { describe, expect, test } from "vitest";
import { type NodeSession, newSessionKeyPair, nodeSession } from "./nodeSession.ts";

const nonce = `0x${"07".repeat(32)}` as const;

function pair(): { node: NodeSession; scheduler: NodeSession } {
  const [left, right] = [newSessionKeyPair(), newSessionKeyPair()];
  return {
    node: nodeSession("node", left, { publicKey: right.publicKey, nonce }),
    scheduler: nodeSession("scheduler", right, { publicKey: left.publicKey, nonce }),
  };
}

describe("node session", () => {
  test("what one side says is what the other hears, in both directions", () => {
    const { node, scheduler } = pair();
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        // A lone surrogate has no UTF-8; JSON writes it escaped.
        const json = JSON.stringify(text);
        expect(scheduler.open(node.seal(json)).toString()).toBe(json);
        expect(node.open(scheduler.seal(json)).toString()).toBe(json);
      }),
    );
  });

  test("no bit of a frame can be changed on its way", () => {
    const { node, scheduler } = pair();
    const frame = node.seal(`{"type":"heartbeat","leases":[],"draining":false}`);
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const changed = Buffer.from(frame);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => scheduler.open(changed)).toThrow("MAC");
    }
    expect(() => scheduler.open(frame)).not.toThrow();
  });

  test("a recorded frame keeps no node alive: not twice, not late, not sent back, not on another connection", () => {
    const { node, scheduler } = pair();
    const [first, second] = [node.seal("1"), node.seal("2")];
    scheduler.open(second);
    expect(() => scheduler.open(second)).toThrow("must grow");
    expect(() => scheduler.open(first)).toThrow("must grow");
    expect(() => node.open(node.seal("3"))).toThrow("MAC");
    expect(() => pair().scheduler.open(node.seal("4"))).toThrow("MAC");
    expect(() => scheduler.open(Buffer.alloc(23))).toThrow("shorter");
  });

  test("a key that agrees with everybody's is refused", () => {
    expect(() => nodeSession("scheduler", newSessionKeyPair(), { publicKey: zeroHash, nonce })).toThrow("X25519");
  });
});
