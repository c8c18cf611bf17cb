import type { V1LabelSelector } from "@kubernetes/client-node";
import type { ComponentStatus } from "../../crds/kinds/component.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import type { PullSecret } from "../pod/pull_secrets.ts";

/** Replicas of a service, as the status of its component reports them. */
export type Replicas = NonNullable<ComponentStatus["service"]>;

/** The cluster state that the plan of a workload depends on. */
export interface WorkloadObserved extends Pick<Observed, "find" | "serves"> {
  /** All pull Secrets in the namespace. */
  readonly pullSecrets: readonly PullSecret[];
  /** Names of the ServiceAccounts that have the label for component pods. */
  readonly podServiceAccounts: readonly string[];
  /** Returns whether the namespace contains a ServiceAccount with this name. */
  hasServiceAccount(name: string): boolean;
  /** UIDs of the live objects whose status may be older than their spec, see {@linkcode Workload.statusMark}. */
  readonly unobserved?: ReadonlySet<string>;
}

/** An object whose controller creates pods, such as a StatefulSet. */
export interface PodCreator {
  kind: string;
  name: string;
}

/** Plans and observes the objects that run the pods of one component. Each orchestrator has its own implementation. */
export interface Workload<T extends KubeObject = KubeObject> {
  /**
   * The kind of the objects that run the pods. Messages name this kind, and the status reports the replicas of its
   * objects.
   */
  readonly resource: Resource<T>;
  /** All kinds that a plan may contain. The operator watches them and prunes their objects. */
  readonly resources: readonly Resource<KubeObject>[];
  /**
   * Whether the operator also runs if the API server does not serve the kinds in {@link resources}. Components can use
   * this workload only if the API server serves {@link resource}.
   */
  readonly optional: boolean;
  /** Whether the deletion of a pruned object waits until its dependents are deleted. */
  readonly deletesDependentsFirst?: boolean;
  /** Reasons of condition `Available` for a workload that is ready or not ready. */
  readonly reasons: { ready: string; notReady: string };
  /** Validates a service without rendering its pods. Throws the same PlanError as {@link plan}. */
  check(service: ServiceInput): void;
  /** Returns the objects that run the service. Throws a PlanError if the service is invalid. */
  plan(service: ServiceInput, config: PlatformConfig, observed: WorkloadObserved): Planned[];
  /** Returns the names of the planned objects. Absent if these objects have the name of the service. */
  objectNames?(service: ServiceInput): string[];
  /** Returns the selector of all pods of the service. */
  podSelector(service: ServiceInput): V1LabelSelector;
  /** Returns the labels of the pods that serve requests. Labels from the metadata of the component are not included. */
  podLabels(service: ServiceInput): Record<string, string>;
  /** Returns the objects whose events report why pods of a live object are missing. */
  podCreators?(live: T): PodCreator[];
  /** Returns the reason why a live object has not fully rolled out its newest generation; undefined if it has. */
  notReady(live: T): string | undefined;
  /**
   * Returns a text that changes when the controller of the kind observes a new generation. Absent if the status
   * contains the observed generation.
   */
  statusMark?(live: T): string;
  /**
   * Returns whether the rollout of a live object exceeded its deadline. Absent if the kind has no deadline.
   *
   * @param unavailableMs time in milliseconds since the component became unavailable
   * @param count number of planned objects of the kind
   */
  hasStalled?(live: T, unavailableMs: number, count: number): boolean;
  /** Returns the replicas of a component, as the objects that it owns report them; undefined if it owns no objects. */
  replicas(componentName: string, owned: readonly T[]): Replicas | undefined;
}
