export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface ListOptions extends CallOptions {
  /** Absent: all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Objects per page, 500 by default. */
  limit?: number | undefined;
}

export interface ListPage<T> {
  items: T[];
  /** The same for all pages of one list. */
  resourceVersion: string;
}

export interface WriteOptions extends CallOptions {
  fieldManager?: string | undefined;
  dryRun?: boolean | undefined;
}

export interface ApplyOptions extends WriteOptions {
  /** Takes fields over from other managers; true by default. */
  force?: boolean | undefined;
}

export interface DeleteOptions extends CallOptions {
  /** Delete only the object with this uid; another one answers 409. */
  uid?: string | undefined;
  /** Delete only in this state; another one answers 409. */
  resourceVersion?: string | undefined;
  propagationPolicy?: "Background" | "Foreground" | "Orphan" | undefined;
}

export interface Patch {
  type: "merge" | "json";
  body: unknown;
  subresource?: "status" | "scale" | undefined;
}
