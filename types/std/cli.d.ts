export function parseArgs(
  args: readonly string[],
  options?: {
    string?: readonly string[];
    boolean?: readonly string[];
    collect?: readonly string[];
    alias?: Record<string, string>;
    default?: Record<string, string | boolean | readonly string[]>;
  },
): { _: (string | number)[] } & Record<string, string | boolean | string[] | undefined>;
