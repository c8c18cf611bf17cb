/** Removes secrets from texts that leave the program. */
export interface Redactor {
  /** Adds secrets, such as credentials that a source returned. */
  add(secrets: readonly (string | undefined)[]): void;
  redact(text: string): string;
}

/** Minimum length of a secret to remove. A shorter value, such as "test", may match other text by chance. */
const MIN_LENGTH = 8;
/** Patterns of secrets: signatures and authorization headers of AWS, JSON Web Tokens, and credentials in URLs. */
const PATTERNS = [
  /AWS4-HMAC-SHA256[^"'\n]*/g,
  /Signature=[0-9a-fA-F]+/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /(?<=:\/\/)[^/\s@]+(?=@)/g,
];

/** Creates a redactor. Until secrets are added, it removes only texts that match general patterns of secrets. */
export function createRedactor(): Redactor {
  const known = new Set<string>();
  return {
    add(secrets) {
      for (const secret of secrets) {
        if (secret !== undefined && secret.length >= MIN_LENGTH) known.add(secret);
      }
    },
    redact(text) {
      let redacted = text;
      for (const secret of known) redacted = redacted.replaceAll(secret, "…");
      for (const pattern of PATTERNS) redacted = redacted.replace(pattern, "…");
      return redacted;
    },
  };
}
