export function parseArgs(
  args: readonly string[],
  options?: {
    string?: readonly string[];
    boolean?: readonly string[];
    alias?: Record<string, string>;
    default?: Record<string, string | boolean>;
  },
): { _: (string | number)[] } & Record<string, string | boolean | undefined>;
