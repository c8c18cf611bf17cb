import type { DynamoGraphDeployment } from "../../../crds/kinds/graph.ts";
import type { RestartStatus } from "../../../crds/kinds/graph_restart.ts";
import { planRestart, type ServiceState } from "../restart.ts";

export interface ReconcileOptions {
  /** If true, the operator writes only the status. */
  paused?: boolean;
  /** If true, the operator stops after it has written the restart ids, and does not write the status. */
  killed?: boolean;
}

/** Simulates a graph and its services in a cluster. A restart replaces the pods of a service. */
export class RestartSimulation {
  /** The rollouts in their order, each as `<service> <restart id>`. */
  readonly rollouts: string[] = [];
  private readonly states = new Map<string, ServiceState>();

  /** Creates the services of the graph. All of them are ready, and none has a restart id. */
  constructor(public graph: DynamoGraphDeployment) {
    for (const service of Object.keys(graph.spec.services ?? {})) this.set(service, {});
  }

  get status(): RestartStatus | undefined {
    return this.graph.status?.restart;
  }

  /** Reconciles the graph once: writes the planned restart ids of the services, and then the status of the graph. */
  reconcile({ paused = false, killed = false }: ReconcileOptions = {}): RestartStatus | undefined {
    const { ids } = planRestart(this.graph, this.states);
    if (!paused) this.write(ids);
    const { status } = planRestart(this.graph, this.states);
    if (!killed) this.graph = { ...this.graph, status: status ? { restart: status } : {} };
    return this.status;
  }

  /** Requests a restart with this id. If the id is undefined, removes the request. */
  request(
    id: string | undefined,
    strategy?: { type?: "Sequential" | "Parallel"; order?: string[] },
  ) {
    const { restart: _before, ...spec } = this.graph.spec;
    const restart = id === undefined ? undefined : { id, ...(strategy && { strategy }) };
    this.graph = { ...this.graph, spec: { ...spec, ...(restart && { restart }) } };
  }

  /** Replaces the spec, and keeps the requested restart. */
  edit({ spec }: DynamoGraphDeployment) {
    const { restart } = this.graph.spec;
    this.graph = { ...this.graph, spec: { ...spec, ...(restart && { restart }) } };
  }

  /** Removes the status, as a restore from a backup does. */
  loseStatus() {
    const { status: _status, ...graph } = this.graph;
    this.graph = graph;
  }

  /** Changes the state of a service. By default, the service becomes ready. */
  set(service: string, change: Partial<ServiceState>) {
    const { restartAt } = this.states.get(service) ?? {};
    this.states.set(service, { restartAt, isReady: true, hasStalled: false, ...change });
  }

  delete(service: string) {
    this.states.delete(service);
  }

  ids(): Record<string, string | undefined> {
    return Object.fromEntries([...this.states].map(([name, { restartAt }]) => [name, restartAt]));
  }

  isReady(service: string): boolean {
    return this.states.get(service)?.isReady === true;
  }

  private write(ids: ReadonlyMap<string, string>) {
    const services = Object.keys(this.graph.spec.services ?? {}).sort();
    for (const name of [...this.states.keys()]) {
      if (!services.includes(name)) this.states.delete(name);
    }
    for (const name of services) {
      const [state, restartAt] = [this.states.get(name), ids.get(name)];
      if (state && state.restartAt === restartAt) continue;
      if (state) this.rollouts.push(`${name} ${restartAt}`);
      this.states.set(name, { restartAt, isReady: false, hasStalled: false });
    }
  }
}
