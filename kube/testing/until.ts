const DEADLINE_MS = 10_000;

/** Checks a condition every millisecond, and resolves when it is true. Throws after ten seconds. */
export async function until(condition: () => boolean, name = "the condition"): Promise<void> {
  const endMs = Date.now() + DEADLINE_MS;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error(`Waited ${DEADLINE_MS} ms for ${name} in vain`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
