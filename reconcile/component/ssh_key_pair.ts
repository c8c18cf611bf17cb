import { Buffer } from "node:buffer";
import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

/** A key pair for SSH connections. */
export interface SshKeyPair {
  /** PEM text of the private key, in PKCS #1. */
  privateKey: string;
  /** The public key as a line of `authorized_keys`. */
  publicKey: string;
}

const MODULUS_BITS = 2048;
const KEY_TYPE = "ssh-rsa";

/** Returns a function that generates a key pair in its first call, and returns the same key pair in every call. */
export function createKeySource(generate = generateSshKeyPair): () => Promise<SshKeyPair> {
  let key: Promise<SshKeyPair> | undefined;
  return () => key ??= generate();
}

/** Generates an RSA key pair. */
export async function generateSshKeyPair(): Promise<SshKeyPair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: MODULUS_BITS,
  });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  const fields = [Buffer.from(KEY_TYPE), integer(e), integer(n)];
  const blob = Buffer.concat(fields.flatMap((field) => [lengthOf(field), field]));
  return {
    privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    publicKey: `${KEY_TYPE} ${blob.toString("base64")}\n`,
  };
}

/** Returns an integer of a JSON Web Key in SSH format. A leading zero byte keeps the integer positive. */
function integer(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, "base64url");
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

function lengthOf(field: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(field.length);
  return length;
}
