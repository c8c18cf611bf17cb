import { allTargets, isTarget, type Target } from "./targets.ts";

export interface CompileOptions {
  targets: Target[];
  out: string;
}

export const USAGE = `Usage: deno task compile [--target TARGET]... [--out DIR]

  --target TARGET   ${allTargets().join(" or ")}; all targets by default
  --out DIR         output folder; "dist" by default`;

/**
 * Parses the command line of `deno task compile`.
 *
 * @throws if a flag or target is unknown, or if a flag lacks a value
 */
export function parseCompileOptions(args: readonly string[]): CompileOptions {
  const targets = new Set<Target>();
  let out = "dist";
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name, attached] = /^--(target|out)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) throw new Error(`Unexpected argument "${arg}"\n\n${USAGE}`);
    const value = attached ?? rest.shift();
    if (!value) throw new Error(`Flag "--${name}" needs a value\n\n${USAGE}`);
    if (name === "out") out = value.replace(/(?<=.)\/+$/, "");
    else targets.add(target(value));
  }
  return { targets: targets.size > 0 ? [...targets] : allTargets(), out };
}

function target(name: string): Target {
  if (isTarget(name)) return name;
  const known = allTargets().map((one) => `"${one}"`).join(" and ");
  throw new Error(`Cannot compile for "${name}": the targets are ${known}`);
}
