// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { type Deployment, deployments, type Service, services } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import type { KubeObject } from "../kube/object.ts";
import { type Resource, resource } from "../kube/resource.ts";
import { applyWithFreshStores } from "./support/apply_with_fresh_stores.ts";
import { eventually } from "./support/eventually.ts";
import { setQuota } from "./support/resource_quota.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { withParent } from "./support/with_parent.ts";

type Container = Record<string, unknown>;

/** A parent in a namespace, and functions that act on its children. */
interface Children {
  client: Client;
  namespace: string;
  /** Applies a child as the operator does. Returns the error of a refused apply. */
  apply(resource: Resource<KubeObject>, manifest: KubeObject): Promise<unknown>;
  /** Sends a patch as another client. */
  edit(resource: Resource<KubeObject>, name: string, ...operations: unknown[]): Promise<unknown>;
}

function withChildren(body: (children: Children) => Promise<void>): Promise<void> {
  return withParent((client, parent, namespace) =>
    body({
      client,
      namespace,
      apply: (resource, manifest) =>
        applyWithFreshStores({ client, kinds: [resource] }, {
          parent,
          planned: [{ resource, manifest, policy: "own" }],
        }).then(({ conflicts }) => assertEquals(conflicts, []), (error: unknown) => error),
      edit: (resource, name, ...body) =>
        client.patch(resource, { name, namespace }, { type: "json", body }, {
          fieldManager: "kubectl-edit",
        }),
    })
  );
}

function deployment(namespace: string, main: Container, pod = {}, spec = {}): Deployment {
  const labels = { app: "x" };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "main", image: "i", ...main }], ...pod },
  };
  const manifest = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d", namespace },
    spec: { replicas: 0, selector: { matchLabels: labels }, template, ...spec },
  };
  return manifest;
}

function service(namespace: string, ports: unknown[]): Service {
  const spec = { clusterIP: "None", selector: { a: "b" }, ports };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", namespace },
    spec,
  } as Service;
}

/**
 * Returns the part of an object that a refused apply must not change. Another controller may write the status at the
 * same time.
 */
async function untouched({ client, namespace }: Children) {
  const { metadata, spec } = await client.get(deployments, { name: "d", namespace });
  const { generation, annotations = {}, labels, managedFields = [] } = metadata;
  const { ["deployment.kubernetes.io/revision"]: _revision, ...others } = annotations;
  const owners = managedFields.filter(({ subresource }) => subresource !== "status");
  return { generation, labels, annotations: others, owners, spec };
}

const INVALID = {
  resources: { requests: { cpu: "2" }, limits: { cpu: "1" } },
  env: [{ name: "A", value: "2" }],
};
const TOLERATIONS = { tolerations: [{ key: "a", operator: "Exists" }] };
const FOREIGN_ENV = { name: "FOREIGN", value: "1" };
const CONTAINER = "/spec/template/spec/containers/0";

Deno.test({
  name: "a refused apply changes nothing, also after the edit is reverted",
  ignore: noCluster,
  async fn() {
    await withChildren(async (children) => {
      const { namespace } = children;
      const valid = deployment(namespace, { env: [{ name: "A", value: "1" }] });
      assertEquals(await children.apply(deployments, valid), undefined);
      await children.edit(
        deployments,
        "d",
        { op: "add", path: `${CONTAINER}/env/-`, value: FOREIGN_ENV },
        { op: "add", path: `${CONTAINER}/resources`, value: { limits: { memory: "1Gi" } } },
      );
      const before = await untouched(children);
      const refused = await children.apply(
        deployments,
        deployment(namespace, INVALID, TOLERATIONS),
      );
      assert(refused instanceof Error);
      assertEquals(await untouched(children), before);
      assertEquals(await children.apply(deployments, valid), undefined);
      assertEquals((await untouched(children)).spec, before.spec);
    });
  },
});

/** Objects that make the API server refuse updates of Deployments in one namespace. */
interface Barrier {
  subject: string;
  resources(namespace: string): [Resource<KubeObject>, KubeObject][];
}

const ADMISSION = "admissionregistration.k8s.io";
const policies = admissionResource("ValidatingAdmissionPolicy", "validatingadmissionpolicies");
const bindings = admissionResource(
  "ValidatingAdmissionPolicyBinding",
  "validatingadmissionpolicybindings",
);
const webhooks = admissionResource(
  "ValidatingWebhookConfiguration",
  "validatingwebhookconfigurations",
);

function admissionResource(kind: string, plural: string): Resource<KubeObject> {
  return resource({ group: ADMISSION, version: "v1", kind, plural, namespaced: false });
}

function admission(kind: Resource<KubeObject>, name: string, content: object): KubeObject {
  return { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name }, ...content };
}

const rules = [{
  apiGroups: ["apps"],
  apiVersions: ["v1"],
  operations: ["UPDATE"],
  resources: ["deployments"],
}];

const BARRIERS: readonly Barrier[] = [{
  subject: "a ValidatingAdmissionPolicy",
  resources(name) {
    const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": name } };
    const matchConstraints = { resourceRules: rules, namespaceSelector };
    const validations = [{ expression: "false", message: "not today" }];
    return [
      [policies, admission(policies, name, { spec: { matchConstraints, validations } })],
      [
        bindings,
        admission(bindings, name, { spec: { policyName: name, validationActions: ["Deny"] } }),
      ],
    ];
  },
}, {
  subject: "an admission webhook that does not respond",
  resources(name) {
    const webhook = {
      name: "refuse.example.com",
      clientConfig: { url: "https://127.0.0.1:1/" },
      rules,
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
      failurePolicy: "Fail",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    };
    return [[webhooks, admission(webhooks, name, { webhooks: [webhook] })]];
  },
}];

for (const { subject, resources } of BARRIERS) {
  Deno.test({
    name: `an apply that is refused by ${subject} changes nothing`,
    ignore: noCluster,
    async fn() {
      await withChildren(async (children) => {
        const { namespace, client } = children;
        const main = { ports: [{ name: "http", containerPort: 80 }] };
        const valid = deployment(namespace, main);
        assertEquals(await children.apply(deployments, valid), undefined);
        await using barrier = new AsyncDisposableStack();
        for (const [kind, object] of resources(namespace)) {
          await client.create(kind, object);
          barrier.defer(() => client.delete(kind, object.metadata));
        }
        // The policy or webhook takes effect after some time. So the test edits the Deployment until the API server
        // refuses an edit.
        let edits = 0;
        const before = await eventually(async () => {
          const before = await untouched(children);
          const edited = deployment(namespace, { ...main, image: `i:${edits++}` }, TOLERATIONS);
          assert(await children.apply(deployments, edited) instanceof Error);
          return before;
        });
        assertEquals(await untouched(children), before);
      });
    },
  });
}

Deno.test({
  name: "an apply that is refused by a quota changes nothing",
  ignore: noCluster,
  async fn() {
    await withChildren(async (children) => {
      const { client, namespace } = children;
      const plan = service(namespace, [{ name: "http", port: 80 }]);
      delete plan.spec?.clusterIP;
      assertEquals(await children.apply(services, plan), undefined);
      await setQuota(client, namespace, { "services.nodeports": "0" });
      const before = await client.get(services, plan.metadata);
      const refused = await children.apply(services, {
        ...plan,
        spec: { ...plan.spec, type: "NodePort" },
      } as KubeObject);
      assert(refused instanceof Error && refused.message.includes("quota"), String(refused));
      assertEquals(await client.get(services, plan.metadata), before);
    });
  },
});

Deno.test({
  name: "the plan replaces only the live fields that make the API server refuse it",
  ignore: noCluster,
  async fn(t) {
    await withChildren(async (children) => {
      const { namespace, client } = children;
      const main = {
        env: [{ name: "A", value: "1" }, { name: "B", value: "2" }],
        ports: [{ name: "http", containerPort: 80 }],
        livenessProbe: { httpGet: { port: 80 } },
      };
      const plan = deployment(namespace, main);
      assertEquals(await children.apply(deployments, plan), undefined);
      const container = async () =>
        (await client.get(deployments, { name: "d", namespace })).spec?.template.spec
          ?.containers[0];

      await t.step("a variable, a port and a probe that another client changed", async () => {
        await children.edit(
          deployments,
          "d",
          { op: "add", path: `${CONTAINER}/env/-`, value: FOREIGN_ENV },
          { op: "remove", path: `${CONTAINER}/env/0/value` },
          {
            op: "add",
            path: `${CONTAINER}/env/0/valueFrom`,
            value: { fieldRef: { fieldPath: "metadata.name" } },
          },
          { op: "replace", path: `${CONTAINER}/ports/0/containerPort`, value: 7777 },
          { op: "remove", path: `${CONTAINER}/livenessProbe/httpGet` },
          { op: "add", path: `${CONTAINER}/livenessProbe/tcpSocket`, value: { port: 7777 } },
          { op: "add", path: `${CONTAINER}/workingDir`, value: "/mine" },
        );
        assertEquals(await children.apply(deployments, plan), undefined);
        const live = await container();
        assertEquals(live?.env?.toSorted((a, b) => a.name < b.name ? -1 : 1), [
          ...main.env,
          FOREIGN_ENV,
        ]);
        assertEquals(live?.ports?.map(({ containerPort }) => containerPort), [80]);
        assertEquals(Object.keys(live?.livenessProbe ?? {}).includes("tcpSocket"), false);
        assertEquals(live?.workingDir, "/mine");
      });

      await t.step(
        "the parameters of a rolling update, when the strategy is Recreate",
        async () => {
          const recreate = { strategy: { type: "Recreate" } };
          assertEquals(
            await children.apply(deployments, deployment(namespace, main, {}, recreate)),
            undefined,
          );
          const { spec } = await client.get(deployments, { name: "d", namespace });
          assertEquals(spec?.strategy, { type: "Recreate" });
        },
      );

      await t.step("a port of a Service whose number another client changed", async () => {
        const ports = [{ name: "http", port: 80, protocol: "TCP", targetPort: 80 }];
        assertEquals(await children.apply(services, service(namespace, ports)), undefined);
        const other = { name: "other", port: 9, protocol: "TCP", targetPort: 9 };
        await children.edit(
          services,
          "s",
          { op: "replace", path: "/spec/ports/0/port", value: 7777 },
          { op: "add", path: "/spec/ports/-", value: other },
        );
        assertEquals(await children.apply(services, service(namespace, ports)), undefined);
        const live = await client.get(services, { name: "s", namespace });
        assertEquals(live.spec?.ports?.map(({ port }) => port).sort(), [80, 9]);
        assertEquals(
          live.metadata.managedFields?.map(({ manager }) => manager).sort(),
          ["dynamo-operator", "kubectl-edit"],
        );
      });
    });
  },
});
