/** For deletions: what is gone already is what was wanted. Throws every other error again. */
export function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
