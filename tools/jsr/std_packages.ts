/** Specifier of the npm mirror of Deno's standard library, without the version. */
export const MIRROR = "npm:deno-std@";

/**
 * Packages of the standard library that the project uses. `version` is the oldest version that contains all used
 * functions; `exports` are the exports that the project imports.
 */
export const STD_PACKAGES: Readonly<Record<string, { version: string; exports: string[] }>> = {
  "@std/assert": { version: "1.0.0", exports: ["."] },
  "@std/async": { version: "1.0.0", exports: ["./pool"] },
  "@std/cli": { version: "1.0.0", exports: ["./parse-args"] },
  "@std/fmt": { version: "1.0.0", exports: ["./colors"] },
  "@std/path": { version: "1.0.0", exports: ["."] },
  "@std/text": { version: "1.0.0", exports: ["."] },
  "@std/yaml": { version: "1.0.0", exports: ["."] },
};

/**
 * Returns the package and export of a specifier such as `@std/cli/parse-args`. Returns undefined for a specifier
 * outside the scope `@std`.
 */
export function stdExport(specifier: string): { name: string; path: string } | undefined {
  const [, name, rest = ""] = /^(@std\/[^/]+)(\/.+)?$/.exec(specifier) ?? [];
  return name === undefined ? undefined : { name, path: `.${rest}` };
}
