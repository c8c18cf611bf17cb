// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertNotEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { createKeySource, generateSshKeyPair } from "./ssh_key_pair.ts";

/** Returns the fields of a public key in SSH format. */
function fieldsOf(publicKey: string): Buffer[] {
  const blob = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    const end = at + 4 + blob.readUInt32BE(at);
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

Deno.test("the public key in the format of SSH belongs to the private key", async () => {
  const { privateKey, publicKey } = await generateSshKeyPair();
  assertEquals(privateKey.startsWith("-----BEGIN RSA PRIVATE KEY-----\n"), true);
  assertEquals(/^ssh-rsa [A-Za-z0-9+/]+=*\n$/.test(publicKey), true);
  const { n = "", e = "" } = createPublicKey(createPrivateKey(privateKey))
    .export({ format: "jwk" });
  const [type, exponent, modulus] = fieldsOf(publicKey);
  assertEquals(type?.toString(), "ssh-rsa");
  assertEquals(exponent?.toString("base64url"), e);
  // The highest bit of the modulus is set, so a zero byte precedes it.
  assertEquals(modulus?.[0], 0);
  assertEquals(modulus?.subarray(1).toString("base64url"), n);
  assertEquals(modulus?.length, 257);
});

Deno.test("each key pair is new", async () => {
  const [one, other] = await Promise.all([generateSshKeyPair(), generateSshKeyPair()]);
  assertNotEquals(one.publicKey, other.publicKey);
});

Deno.test("a key source generates one key pair, when it is first needed", async () => {
  let count = 0;
  const generate = () => Promise.resolve({ privateKey: "private", publicKey: `${count++}` });
  const newKey = createKeySource(generate);
  assertEquals(count, 0);
  const pairs = await Promise.all([newKey(), newKey()]);
  assertEquals(pairs.map(({ publicKey }) => publicKey), ["0", "0"]);
});
