// @ts-types="../../types/std/path.d.ts"
import { dirname, isAbsolute, join } from "@std/path";
// @ts-types="../../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import { isJsonObject } from "../json.ts";

export interface ClusterEntry {
  server: string;
  "certificate-authority"?: string;
  "certificate-authority-data"?: string;
  "insecure-skip-tls-verify"?: boolean;
  "tls-server-name"?: string;
  "proxy-url"?: string;
  extensions?: { name: string; extension: unknown }[];
}

export interface ExecEntry {
  apiVersion?: string;
  command: string;
  args?: string[] | null;
  env?: { name: string; value: string }[] | null;
  provideClusterInfo?: boolean;
  interactiveMode?: "Never" | "IfAvailable" | "Always";
  installHint?: string;
}

export interface UserEntry {
  "client-certificate"?: string;
  "client-certificate-data"?: string;
  "client-key"?: string;
  "client-key-data"?: string;
  token?: string;
  tokenFile?: string;
  username?: string;
  password?: string;
  as?: string;
  "as-uid"?: string;
  "as-groups"?: string[];
  "as-user-extra"?: Record<string, string[]>;
  exec?: ExecEntry;
  "auth-provider"?: { name: string; config?: Record<string, string> };
}

type ContextEntry = { cluster?: string; user?: string; namespace?: string };

interface KubeconfigDocument {
  "current-context"?: string;
  clusters?: { name: string; cluster: ClusterEntry }[] | null;
  contexts?: { name: string; context: ContextEntry }[] | null;
  users?: { name: string; user?: UserEntry | null }[] | null;
}

/** A context of a kubeconfig, with the cluster entry and the user entry that it names. */
export interface KubeconfigContext {
  name: string;
  namespace?: string | undefined;
  cluster: ClusterEntry;
  user: UserEntry;
}

const CLUSTER_PATHS = ["certificate-authority"] as const;
const USER_PATHS = ["client-certificate", "client-key", "tokenFile"] as const;

/** Returns a copy of an entry with absolute paths in the fields `keys`. Resolves relative paths against `folder`. */
function absolute<T extends object>(entry: T, keys: readonly (keyof T)[], folder: string): T {
  const paths = keys.flatMap((key) => {
    const path: unknown = entry[key];
    return typeof path === "string" && path && !isAbsolute(path) ? [[key, join(folder, path)]] : [];
  });
  return { ...entry, ...Object.fromEntries(paths) };
}

/**
 * Returns a user entry with an absolute path to its exec plugin. A command without a slash stays unchanged, because it
 * is the name of a program in `$PATH`.
 */
function withAbsoluteCommand(user: UserEntry, folder: string): UserEntry {
  const { exec } = user;
  if (!exec?.command?.includes("/")) return user;
  return { ...user, exec: absolute(exec, ["command"], folder) };
}

function parseFile({ path, text }: { path: string; text: string }): KubeconfigDocument {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    // The cause omits the parser's message, because the message quotes the file, which contains secrets.
    const cause = error instanceof Error ? error.name : undefined;
    throw new Error(`Cannot read kubeconfig "${path}": it is not YAML`, { cause });
  }
  if (isJsonObject(value)) return value;
  throw new Error(`Cannot read kubeconfig "${path}": it is not a YAML mapping`);
}

/**
 * Returns a context from one or more kubeconfig files, by default the current context. As in kubectl, if several files
 * have an entry with the same name, the first entry takes precedence. Throws if a file or the context is invalid.
 */
export function selectContext(
  files: readonly { path: string; text: string }[],
  context?: string,
): KubeconfigContext {
  const clusters = new Map<string, ClusterEntry>();
  const users = new Map<string, UserEntry>();
  const contexts = new Map<string, ContextEntry>();
  let current = context;
  for (const file of files) {
    const folder = dirname(file.path);
    const document = parseFile(file);
    current ||= document["current-context"];
    for (const { name, cluster } of document.clusters ?? []) {
      if (!clusters.has(name)) clusters.set(name, absolute(cluster ?? {}, CLUSTER_PATHS, folder));
    }
    for (const { name, user } of document.users ?? []) {
      const entry = withAbsoluteCommand(absolute(user ?? {}, USER_PATHS, folder), folder);
      if (!users.has(name)) users.set(name, entry);
    }
    for (const { name, context } of document.contexts ?? []) {
      if (!contexts.has(name)) contexts.set(name, context);
    }
  }
  const paths = files.map(({ path }) => `"${path}"`).join(", ");
  const missing = (problem: string, names: Iterable<string>) => {
    const known = [...names].map((name) => `"${name}"`).join(", ") || "none";
    return new Error(`Cannot use kubeconfig ${paths}: ${problem}; known names: ${known}`);
  };
  if (!current) throw missing("the current context is not set; select one", contexts.keys());
  const chosen = contexts.get(current);
  if (!chosen) throw missing(`unknown context "${current}"`, contexts.keys());
  const cluster = clusters.get(chosen.cluster ?? "");
  if (!cluster?.server) throw missing(`unknown cluster "${chosen.cluster ?? ""}"`, clusters.keys());
  const user = users.get(chosen.user ?? "");
  if (!user && chosen.user) throw missing(`unknown user "${chosen.user}"`, users.keys());
  return { name: current, namespace: chosen.namespace, cluster, user: user ?? {} };
}
