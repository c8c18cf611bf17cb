// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ApplyOptions, Client, DeleteOptions, Patch } from "../../../kube/client.ts";
import type { KubeObject, ObjectMeta, ObjectName } from "../../../kube/object.ts";
import type { Resource } from "../../../kube/resource.ts";

interface Sent {
  manifest?: KubeObject;
  options?: DeleteOptions;
  patch?: Patch;
  dryRun?: boolean;
}

export interface ExpectedCall {
  /** Verb, kind and name of the object, such as `apply Service ns/a`. */
  call: string;
  check?: (sent: Sent) => void;
  /**
   * Returns the stored object; by default the sent object, with a UID and a newer resourceVersion. A list returns only
   * this object.
   */
  answer?: (manifest: KubeObject) => KubeObject;
  error?: unknown;
  /** If set, the call returns after this promise resolves. */
  until?: Promise<void>;
}

export interface ScriptedClient
  extends Pick<Client, "apply" | "create" | "delete" | "get" | "list" | "patch"> {
  /** Fails unless every expected call was made. */
  done(): void;
}

/** Returns a client that expects exactly these calls, in any order. */
export function scriptedClient(...expected: (ExpectedCall | string)[]): ScriptedClient {
  const script = expected.map((step) => typeof step === "string" ? { call: step } : step);
  let resourceVersion = 100;

  function take(call: string): ExpectedCall {
    const at = script.findIndex((step) => step.call === call);
    const [step] = at < 0 ? [] : script.splice(at, 1);
    if (!step) {
      throw new Error(`Unexpected call "${call}", left: ${script.map((step) => step.call).join()}`);
    }
    return step;
  }

  async function answer<T extends KubeObject>(
    call: string,
    sent: Sent,
    stored: KubeObject,
  ): Promise<T> {
    const step = take(call);
    step.check?.(sent);
    await step.until;
    if (step.error) throw step.error;
    return (step.answer?.(stored) ?? stored) as T;
  }

  const at = (resource: Resource<KubeObject>, { namespace, name }: ObjectName) =>
    `${resource.kind} ${namespace ? `${namespace}/` : ""}${name}`;

  return {
    apply(resource, manifest, _options?: ApplyOptions) {
      const metadata = {
        uid: `${manifest.metadata.name}-uid`,
        ...manifest.metadata,
        resourceVersion: String(++resourceVersion),
      };
      return answer(`apply ${at(resource, manifest.metadata)}`, { manifest }, {
        ...manifest,
        metadata,
      });
    },
    create(resource, manifest, { dryRun = false } = {}) {
      return answer(`create ${at(resource, manifest.metadata)}`, { manifest, dryRun }, manifest);
    },
    get(resource, name) {
      const { apiVersion, kind } = resource;
      return answer(`get ${at(resource, name)}`, {}, { apiVersion, kind, metadata: meta(name) });
    },
    async list(resource, { namespace, fieldSelector = "" } = {}) {
      const name = fieldSelector.replace("metadata.name=", "");
      const { apiVersion, kind } = resource;
      const metadata = meta({ name, namespace });
      const object = { apiVersion, kind, metadata };
      const call = `list ${at(resource, { name, namespace })}`;
      return { items: [await answer(call, {}, object)], resourceVersion: "1" };
    },
    patch(resource, name, patch, { dryRun = false } = {}) {
      const { apiVersion, kind } = resource;
      return answer(`patch ${at(resource, name)}`, { patch, dryRun }, {
        apiVersion,
        kind,
        metadata: { ...meta(name), resourceVersion: String(++resourceVersion) },
      });
    },
    async delete(resource, name, options = {}) {
      const { apiVersion, kind } = resource;
      await answer(`delete ${at(resource, name)}`, { options }, {
        apiVersion,
        kind,
        metadata: meta(name),
      });
    },
    done: () => assertEquals(script.map((step) => step.call), []),
  };
}

function meta({ name, namespace }: ObjectName): ObjectMeta {
  return { name, ...(namespace !== undefined && { namespace }) };
}
