export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Parses the summary line of `deno test`, such as `ok | 7 passed (2 steps) | 0 failed | 1 ignored (116ms)`.
 *
 * @param output the complete output of `deno test`, without colours
 * @param success whether the exit code was 0; for any other exit code, the result contains at least one failure
 */
export function readCounts(output: string, success: boolean): TestCounts {
  const line = output.split("\n").findLast((line) => /^(ok|FAILED) \| /.test(line)) ?? "";
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  const failed = count("failed");
  return {
    passed: count("passed"),
    failed: !success && failed === 0 ? 1 : failed,
    skipped: count("ignored"),
  };
}

const MESSAGE_LENGTH = 800;

/**
 * Returns one line per failed test or step from the output of `deno test`: file, name and error. The test summary
 * repeats these lines at the end of a long output.
 *
 * @param output the complete output of `deno test`, without colours
 */
export function readFailures(output: string): string[] {
  const [, errors = ""] = output.split("\n ERRORS \n");
  const [details = ""] = errors.split("\n FAILURES \n");
  const heads = [...details.matchAll(/^(.+) => (?:\.\/)?(\S+):\d+:\d+$/gm)];
  return heads.map(({ 0: head, 1: name, 2: file, index }, position) => {
    const text = details.slice(index + head.length, heads[position + 1]?.index);
    const [message = ""] = text.split("\n    at ");
    return `${file}: ${name}: ${message.trim().replaceAll(/\s+/g, " ").slice(0, MESSAGE_LENGTH)}`;
  });
}

export function sumCounts(counts: readonly TestCounts[]): TestCounts {
  const sum = (of: keyof TestCounts) => counts.reduce((total, one) => total + one[of], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

export function describeCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
