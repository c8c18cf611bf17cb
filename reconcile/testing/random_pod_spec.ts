import type FastCheck from "fast-check";

export type Fields = Record<string, unknown>;
/** A pod spec in which only the list of containers is typed. */
export type PodSpec = Fields & { containers: Fields[] };

/**
 * Generates valid pod specs with unusual notations, such as the CPU quantities 0.5 and "1e-1". The first container has
 * the name "main".
 */
export function podSpecs(fc: typeof FastCheck): FastCheck.Arbitrary<PodSpec> {
  const cpu = fc.constantFrom("1000m", "1", 1, 0.5, "0.25", ".5", "1e-1", "100u", "1500m", "2e0");
  const memory = fc.constantFrom(
    "1024Mi",
    "1Gi",
    1073741824,
    "1.5Gi",
    "129e6",
    "129M",
    "1E3",
    "0.5Gi",
  );
  const gpu = fc.constantFrom(1, "1", "2", 4);
  const port = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom("http", "metrics"));
  const zeroOr = (max: number) => fc.oneof(fc.constant(0), fc.integer({ min: 1, max }));
  const name = fc.constantFrom("a", "b", "c", "d");

  /** Generates objects in which any field may be missing. */
  function some(fields: Record<string, FastCheck.Arbitrary<unknown>>): FastCheck.Arbitrary<Fields> {
    return fc.record(fields, { requiredKeys: [] });
  }

  /** Generates lists in which two items may have the same merge key, such as `name`. */
  function list(item: FastCheck.Arbitrary<unknown>, minLength = 0): FastCheck.Arbitrary<unknown[]> {
    return fc.array(item, { minLength, maxLength: 5 });
  }

  const env = fc.oneof(
    fc.record({ name, value: fc.constantFrom("", "x", "$(a)", "1000m") }),
    fc.record({
      name,
      valueFrom: fc.oneof(
        fc.record({
          fieldRef: fc.oneof(
            fc.constant({ fieldPath: "metadata.name" }),
            fc.constant({ fieldPath: "metadata.name", apiVersion: "" }),
          ),
        }),
        fc.record({
          resourceFieldRef: fc.constantFrom(
            { resource: "limits.cpu" },
            { resource: "limits.memory", divisor: "1024Ki" },
            { resource: "limits.memory", divisor: 1, containerName: "main" },
          ),
        }),
        fc.record({
          secretKeyRef: fc.constantFrom(
            { name: "s", key: "k" },
            { name: "s", key: "k", optional: false },
          ),
        }),
      ),
    }),
  );
  const containerPort = fc.record({
    containerPort: fc.integer({ min: 1, max: 3 }),
    protocol: fc.constantFrom("TCP", "UDP", "", null),
  }, { requiredKeys: ["containerPort"] });
  const probe = fc.tuple(
    fc.oneof(
      fc.record({
        httpGet: fc.record({
          port,
          path: fc.constantFrom("", "/", "/x"),
          scheme: fc.constantFrom("", "HTTP"),
        }),
      }),
      fc.record({ tcpSocket: fc.record({ port }) }),
      fc.record({ exec: fc.record({ command: list(fc.constantFrom("x", ""), 1) }) }),
    ),
    some({
      periodSeconds: zeroOr(9),
      timeoutSeconds: zeroOr(9),
      initialDelaySeconds: zeroOr(9),
      failureThreshold: zeroOr(9),
    }),
  ).map(([handler, more]) => ({ ...handler, ...more }));

  function container(
    names: FastCheck.Arbitrary<string>,
    probes: Record<string, FastCheck.Arbitrary<unknown>> = {},
  ): FastCheck.Arbitrary<Fields> {
    return fc.tuple(
      fc.record({ name: names, image: fc.constantFrom("i:1", "i:2") }),
      some({
        command: list(fc.constantFrom("run", "")),
        args: list(fc.constantFrom("--x", "$(A)", "")),
        env: list(env),
        envFrom: fc.constantFrom([], [{ secretRef: { name: "s" } }, { secretRef: { name: "s" } }]),
        imagePullPolicy: fc.constantFrom("", "Always"),
        ...probes,
        ports: list(containerPort),
        resources: some({
          limits: some({ cpu, memory, "nvidia.com/gpu": gpu }),
          claims: fc.constant([]),
        }),
        securityContext: fc.constantFrom({}, { runAsUser: 0, privileged: false }, {
          capabilities: { add: ["X"] },
        }),
        stdin: fc.boolean(),
        tty: fc.constant(false),
        terminationMessagePath: fc.constantFrom("", "/x"),
        volumeMounts: list(
          fc.record({ name: fc.constant("v"), mountPath: fc.constantFrom("/m", "/n") }),
        ),
        workingDir: fc.constantFrom("", "/w"),
      }),
    ).map(([required, more]) => ({ ...required, ...more }));
  }

  const volume = fc.oneof(
    fc.constantFrom(
      { emptyDir: {} },
      { emptyDir: { medium: "Memory", sizeLimit: "1024Mi" } },
      { emptyDir: { sizeLimit: 2000000000 } },
      {},
      { configMap: { name: "c", items: [{ key: "k", path: "p" }] } },
      { secret: { secretName: "s", defaultMode: 0 } },
      { hostPath: { path: "/p", type: "" } },
      { persistentVolumeClaim: { claimName: "p", readOnly: false } },
      {
        projected: {
          sources: [
            { serviceAccountToken: { path: "t" } },
            { downwardAPI: { items: [{ path: "l", fieldRef: { fieldPath: "metadata.labels" } }] } },
            { secret: { name: "s" } },
          ],
        },
      },
      {
        ephemeral: {
          volumeClaimTemplate: {
            spec: {
              accessModes: ["ReadWriteOnce"],
              resources: { requests: { storage: "1024Mi" } },
            },
          },
        },
      },
    ),
  );
  const probes = { livenessProbe: probe, readinessProbe: probe };
  const selector = fc.constantFrom({}, { matchLabels: { a: "b" } });

  return fc.tuple(
    container(fc.constant("main"), probes),
    fc.array(container(fc.constantFrom("main", "side", "other"), probes), { maxLength: 3 }),
    fc.array(container(fc.constantFrom("init", "init2")), { maxLength: 2 }),
    fc.array(fc.tuple(fc.constantFrom("v", "w"), volume), { maxLength: 3 }),
    volume,
    some({
      affinity: fc.constantFrom({}, {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{
            weight: 1,
            podAffinityTerm: { topologyKey: "zone", labelSelector: {}, namespaceSelector: {} },
          }],
        },
      }, {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator: "Exists" }] }],
          },
        },
      }),
      dnsConfig: fc.constantFrom({}, {
        options: [{ name: "ndots", value: "2" }, { name: "ndots" }],
      }),
      dnsPolicy: fc.constantFrom("", "Default"),
      enableServiceLinks: fc.boolean(),
      hostAliases: list(
        fc.record({ ip: fc.constantFrom("10.0.0.1", "10.0.0.2"), hostnames: list(name) }),
      ),
      imagePullSecrets: list(fc.oneof(fc.record({ name }), fc.constantFrom({ name: "" }, {}))),
      nodeSelector: fc.constantFrom({}, { a: "" }, { a: "b", c: null }),
      restartPolicy: fc.constantFrom("", "Always"),
      schedulerName: fc.constantFrom("", "x"),
      securityContext: fc.constantFrom({}, { fsGroup: 0, supplementalGroups: [1, 1] }),
      shareProcessNamespace: fc.boolean(),
      terminationGracePeriodSeconds: zeroOr(9),
      tolerations: list(
        fc.record({
          key: name,
          operator: fc.constant("Exists"),
          effect: fc.constantFrom("", "NoSchedule"),
        }),
      ),
      topologySpreadConstraints: list(fc.record({
        topologyKey: fc.constantFrom("zone", "host"),
        whenUnsatisfiable: fc.constantFrom("DoNotSchedule", "ScheduleAnyway"),
        maxSkew: fc.integer({ min: 1, max: 2 }),
        labelSelector: selector,
      })),
    }),
  ).map(([main, containers, initContainers, volumes, mounted, more]) => ({
    ...more,
    containers: [main, ...containers],
    initContainers,
    // All volume mounts of the generated containers refer to volume "v".
    volumes: [...volumes.map(([name, source]) => ({ name, ...source })), { name: "v", ...mounted }],
  }));
}

/**
 * Key fields of each keyed list (list type `map`) in the schema of a component. The schema refuses two list items with
 * the same keys.
 */
const KEYS: Record<string, string[]> = {
  containers: ["name"],
  env: ["name"],
  hostAliases: ["ip"],
  imagePullSecrets: ["name"],
  initContainers: ["name"],
  ports: ["containerPort", "protocol"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  volumeMounts: ["mountPath"],
  volumes: ["name"],
};

/**
 * Returns a generated pod spec as the field `extraPodSpec` of a component. The result omits values that the schema
 * refuses: null, duplicate list items, and sidecars with the name of the main container. Numbers with a fraction become
 * strings.
 */
export function extraPodSpecOf(spec: PodSpec): Fields & { mainContainer: Fields } {
  const { containers: [main = {}, ...others], ...pod } = admissible(spec) as PodSpec;
  const sidecars = others.filter((container) => container["name"] !== "main");
  return { ...pod, mainContainer: main, ...(sidecars.length > 0 && { containers: sidecars }) };
}

function admissible(value: unknown, field = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => admissible(item));
    const keys = KEYS[field];
    if (!keys) return items;
    const keyOf = (item: unknown) =>
      JSON.stringify(keys.map((key) => (item as Fields)[key] || "TCP"));
    return [...new Map(items.map((item) => [keyOf(item), item])).values()];
  }
  if (typeof value === "number" && !Number.isInteger(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [name, admissible(inner, name)]),
  );
}
