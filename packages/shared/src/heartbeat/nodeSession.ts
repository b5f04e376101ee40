import {
  createHmac,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import { bytesToHex, type Hex, hexToBytes } from "viem";
import { BaseError } from "../errors/baseError.ts";

const COUNTER_BYTES = 8;
const MAC_BYTES = 16;
/** Bytes that a frame is longer than its message. */
export const FRAME_OVERHEAD_BYTES = COUNTER_BYTES + MAC_BYTES;

export interface SessionKeyPair {
  privateKey: KeyObject;
  /** Raw X25519 public key. */
  publicKey: Hex;
}

/** One side of an authenticated connection. */
export interface NodeSession {
  /** The frame of the next message: counter, text, MAC. */
  seal(text: string): Buffer;
  /**
   * The message of a frame, as UTF-8 bytes.
   * @throws BaseError `handshake_refused` when it was not made by the other side of this connection, or not in this order
   */
  open(frame: Buffer): Buffer;
}

export function newSessionKeyPair(): SessionKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("x25519");
  const { x } = publicKey.export({ format: "jwk" });
  return { privateKey, publicKey: bytesToHex(Buffer.from(x ?? "", "base64url")) };
}

/**
 * Agrees keys with the other side (X25519, HKDF-SHA256 salted with the challenge's nonce) and starts counting frames. Each
 * direction has a key of its own, so that a frame cannot be sent back to who made it.
 * @throws BaseError `handshake_refused` for a key that agrees with everybody's (small order)
 */
export function nodeSession(
  side: "node" | "scheduler",
  own: SessionKeyPair,
  other: { publicKey: Hex; nonce: Hex },
): NodeSession {
  const keys = agree(own.privateKey, other.publicKey, other.nonce);
  const fromNode = createSecretKey(keys.subarray(0, 32));
  const fromScheduler = createSecretKey(keys.subarray(32));
  const [sending, receiving] = side === "node" ? [fromNode, fromScheduler] : [fromScheduler, fromNode];
  let sent = 0n;
  let received = 0n;
  return {
    seal(text) {
      sent += 1n;
      const frame = Buffer.allocUnsafe(COUNTER_BYTES + Buffer.byteLength(text) + MAC_BYTES);
      const macAt = frame.length - MAC_BYTES;
      frame.writeBigUInt64BE(sent, 0);
      frame.write(text, COUNTER_BYTES);
      mac(sending, frame.subarray(0, macAt)).copy(frame, macAt, 0, MAC_BYTES);
      return frame;
    },
    open(frame) {
      if (frame.length < FRAME_OVERHEAD_BYTES) throw refused("The frame is shorter than its counter and MAC.");
      const macAt = frame.length - MAC_BYTES;
      const expected = mac(receiving, frame.subarray(0, macAt)).subarray(0, MAC_BYTES);
      if (!timingSafeEqual(expected, frame.subarray(macAt))) throw refused("The frame's MAC is not this connection's.");
      const counter = frame.readBigUInt64BE(0);
      if (counter <= received) throw refused(`Frame ${counter} after ${received}: they must grow.`);
      received = counter;
      return frame.subarray(COUNTER_BYTES, macAt);
    },
  };
}

function mac(key: KeyObject, bytes: Buffer): Buffer {
  return createHmac("sha256", key).update(bytes).digest();
}

function agree(privateKey: KeyObject, publicKey: Hex, nonce: Hex): Buffer {
  try {
    const x = Buffer.from(hexToBytes(publicKey)).toString("base64url");
    const other = createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
    const shared = diffieHellman({ privateKey, publicKey: other });
    return Buffer.from(hkdfSync("sha256", shared, hexToBytes(nonce), "gristmill node 2", 64));
  } catch (cause) {
    throw new BaseError("handshake_refused", "The session key is no usable X25519 key.", { cause });
  }
}

function refused(message: string): BaseError {
  return new BaseError("handshake_refused", message);
}
