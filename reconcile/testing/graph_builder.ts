import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment, GraphSpec } from "../../crds/kinds/graph.ts";
import { graphs } from "../dynamo/resources.ts";

/** Returns a builder of a stored graph: `graph("chat").withWorker("Decode", { replicas: 2 }).build()`. */
export function graph(name = "chat", namespace = "team"): GraphBuilder {
  return new GraphBuilder({
    apiVersion: graphs.apiVersion,
    kind: graphs.kind,
    metadata: { name, namespace, uid: `uid-of-${name}`, generation: 1, resourceVersion: "1" },
    spec: { services: {} },
  });
}

class GraphBuilder {
  constructor(private readonly object: DynamoGraphDeployment) {}

  withService(name: string, service: ComponentSpec): GraphBuilder {
    return this.withSpec({ services: { ...this.object.spec.services, [name]: service } });
  }

  withFrontend(name = "Frontend", service: ComponentSpec = {}): GraphBuilder {
    return this.withService(name, {
      componentType: "frontend",
      extraPodSpec: { mainContainer: { image: "image:1" } },
      ...service,
    });
  }

  withWorker(name = "Worker", service: ComponentSpec = {}): GraphBuilder {
    return this.withService(name, {
      componentType: "worker",
      extraPodSpec: {
        mainContainer: { image: "image:1", command: ["python3"], args: ["-m", "dynamo.vllm"] },
      },
      ...service,
    });
  }

  withPlanner(name = "Planner"): GraphBuilder {
    return this.withService(name, {
      componentType: "planner",
      extraPodSpec: { mainContainer: { image: "image:1", command: ["python3"] } },
    });
  }

  withAnnotation(key: string, value: string): GraphBuilder {
    return this.withMetadata({
      annotations: { ...this.object.metadata.annotations, [key]: value },
    });
  }

  withSpec(spec: GraphSpec): GraphBuilder {
    return new GraphBuilder({ ...this.object, spec: { ...this.object.spec, ...spec } });
  }

  withMetadata(metadata: Partial<DynamoGraphDeployment["metadata"]>): GraphBuilder {
    return new GraphBuilder({
      ...this.object,
      metadata: { ...this.object.metadata, ...metadata },
    });
  }

  deleting(): GraphBuilder {
    return this.withMetadata({ deletionTimestamp: "2026-01-01T00:00:00Z" });
  }

  build(): DynamoGraphDeployment {
    return this.object;
  }
}
