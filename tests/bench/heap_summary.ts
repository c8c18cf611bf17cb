import { isJsonObject } from "../../kube/json.ts";
import { figure } from "./row.ts";
import { alignedTable } from "./table.ts";

/** Number and size of all objects of one type on the JavaScript heap. */
export interface HeapType {
  /** Type of the nodes in the snapshot, and for objects also the name of the class, such as `object Map`. */
  name: string;
  count: number;
  bytes: number;
}

const LARGEST = 40;

/** Returns the types of the objects in a heap snapshot of V8, in descending order of their total size. */
export function heapTypes(snapshot: unknown): HeapType[] {
  const { nodes, strings, fields, types } = parseSnapshot(snapshot);
  const offset = (field: string) => {
    const index = fields.indexOf(field);
    if (index < 0) throw new Error(`Cannot read a heap snapshot without the field "${field}"`);
    return index;
  };
  const [type, name, size] = [offset("type"), offset("name"), offset("self_size")];
  const found = new Map<string, HeapType>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[nodes[at + type] ?? 0] ?? "unknown";
    // In a snapshot, the name of a string is the content of the string, and the name of code may be a path. Only the
    // name of an object is a class name.
    const key = kind === "object" ? `object ${strings[nodes[at + name] ?? 0]}` : kind;
    const entry = found.get(key) ?? { name: key, count: 0, bytes: 0 };
    entry.count++;
    entry.bytes += nodes[at + size] ?? 0;
    found.set(key, entry);
  }
  return [...found.values()].sort((a, b) => b.bytes - a.bytes);
}

/** Returns a table of the types with the largest total size. */
export function heapSummary(types: readonly HeapType[]): string {
  const bytes = types.reduce((sum, type) => sum + type.bytes, 0);
  const rows = types.slice(0, LARGEST).map((type) => [
    ...[type.name, figure(type.count), figure(type.bytes / 1e6, "MB")],
    figure(100 * type.bytes / bytes, "%"),
  ]);
  const all = ["all", figure(types.reduce((sum, { count }) => sum + count, 0))];
  return alignedTable(["type", "count", "size", "share"], [
    ...rows,
    [...all, figure(bytes / 1e6, "MB"), "100 %"],
  ]);
}

function parseSnapshot(value: unknown) {
  const { snapshot, nodes, strings } = isJsonObject(value) ? value : {};
  const meta = isJsonObject(snapshot) && isJsonObject(snapshot.meta) ? snapshot.meta : {};
  const [types] = list(meta.node_types);
  const parsed: { nodes: number[]; strings: string[]; fields: string[]; types: string[] } = {
    nodes: list(nodes),
    strings: list(strings),
    fields: list(meta.node_fields),
    types: list(types),
  };
  return parsed;
}

function list(value: unknown) {
  if (Array.isArray(value)) return value;
  throw new Error("Cannot read the heap snapshot: it is not in V8's format");
}
