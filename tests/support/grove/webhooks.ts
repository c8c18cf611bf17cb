import type { Cluster } from "../../../devcluster/cluster.ts";
import { type PodCliqueSet, podCliqueSets } from "../../../kube/optional_kinds.ts";
import { firstAuthority } from "../../../kube/testing/authorities.ts";
import { creationFaults, updateFaults, withDefaults } from "./admission.ts";

interface AdmissionRequest {
  uid: string;
  operation: "CREATE" | "UPDATE";
  object: PodCliqueSet;
  oldObject: PodCliqueSet | null;
}

const NAME = "grove-webhooks";

/** Simulated admission webhooks of Grove. Disposing this object removes their configuration. */
export interface GroveWebhooks extends AsyncDisposable {
  /** Stops responding, to simulate an outage of Grove's operator. */
  away(): Promise<void>;
  back(): void;
  /** Error messages with which the validating webhook refuses every PodCliqueSet; empty by default. */
  refusals: string[];
}

/** Starts admission webhooks for PodCliqueSets on the loopback address, and registers them. */
export async function startGroveWebhooks(cluster: Cluster): Promise<GroveWebhooks> {
  const { cert, key, ca } = firstAuthority;
  const refusals: string[] = [];
  const listen = (port: number) =>
    Deno.serve(
      { hostname: "127.0.0.1", port, cert, key, onListen() {} },
      (request) => respond(request, refusals),
    );
  let server: Deno.HttpServer<Deno.NetAddr> | undefined = listen(0);
  const { port } = server.addr;
  for (const kind of ["Mutating", "Validating"]) {
    await cluster.kubectl(["create", "-f", "-"], JSON.stringify(configuration(kind, port, ca)));
  }
  const stop = async () => {
    await server?.shutdown();
    server = undefined;
  };
  return {
    refusals,
    away: stop,
    back: () => void (server ??= listen(port)),
    async [Symbol.asyncDispose]() {
      for (const kind of ["mutating", "validating"]) {
        await cluster.kubectl(["delete", `${kind}webhookconfiguration`, NAME]);
      }
      await stop();
    },
  };
}

function configuration(kind: string, port: number, ca: string) {
  const { group, version, plural } = podCliqueSets;
  const phase = kind === "Mutating" ? "defaulting" : "validating";
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: NAME },
    webhooks: [{
      name: `pcs.${phase}.webhooks.grove.io`,
      clientConfig: { url: `https://127.0.0.1:${port}/${phase}`, caBundle: btoa(ca) },
      rules: [{
        apiGroups: [group],
        apiVersions: [version],
        operations: ["CREATE", "UPDATE"],
        resources: [plural],
      }],
      failurePolicy: "Fail",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    }],
  };
}

async function respond(request: Request, refusals: readonly string[]): Promise<Response> {
  const review: { apiVersion: string; kind: string; request: AdmissionRequest } = await request
    .json();
  const { uid } = review.request;
  const answer = new URL(request.url).pathname === "/defaulting"
    ? defaulted(review.request)
    : validated(review.request, refusals);
  const { apiVersion, kind } = review;
  return Response.json({ apiVersion, kind, response: { uid, ...answer } });
}

function defaulted({ object }: AdmissionRequest) {
  if (object.metadata.deletionTimestamp) return { allowed: true };
  const patch = [{ op: "replace", path: "/spec", value: withDefaults(object).spec }];
  return { allowed: true, patchType: "JSONPatch", patch: btoa(encoded(JSON.stringify(patch))) };
}

/** Returns a string with one character per byte of the text's UTF-8 form, because `btoa` requires such a string. */
function encoded(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

function validated({ object, oldObject }: AdmissionRequest, refusals: readonly string[]) {
  // The webhook must allow the removal of a finalizer from a terminating object.
  if (object.metadata.deletionTimestamp) return { allowed: true };
  const faults = [
    ...(oldObject ? updateFaults(oldObject, object) : creationFaults(object)),
    ...refusals,
  ];
  if (faults.length === 0) return { allowed: true };
  const message = faults.length === 1 ? faults[0] : `[${faults.join(", ")}]`;
  return { allowed: false, status: { code: 403, reason: "Forbidden", message } };
}
