// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Ingress } from "../../crds/fields/ingress.ts";
import type { KubeObject } from "../../kube/object.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import { completed } from "../apply/decide.ts";
import { observedFrom } from "../apply/observed.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { soloComponent, soloService } from "../testing/components.ts";
import { componentObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planComponent } from "./plan.ts";
import { routes, routeWarnings } from "./routes.ts";
import { componentStatus } from "./status.ts";

const WITH_ISTIO = observedFrom([], undefined, [virtualServices]);
const WITHOUT_ISTIO = observedFrom([]);
const GATEWAY = "istio-system/public";

const byIngress: Ingress = { enabled: true, host: "chat", ingressControllerClassName: "nginx" };
const byVirtualService: Ingress = {
  enabled: true,
  host: "chat",
  useVirtualService: true,
  virtualServiceGateway: GATEWAY,
};
const byBoth = { ...byIngress, ...byVirtualService };
const BAD_LABEL = { labels: { team: "two words" } };

function kinds(ingress: Ingress, observed = WITH_ISTIO): string[] {
  return routes(soloService({ ingress }), observed).map(({ manifest, policy }) =>
    `${policy} ${manifest.kind} ${manifest.metadata.name}`
  );
}

function warnings(
  ingress: Ingress | undefined,
  { observed = WITH_ISTIO, gateway = GATEWAY } = {},
): string[] {
  const config = platformConfig({ virtualServiceGateway: gateway });
  return routeWarnings(ingress ? { ingress } : {}, config, observed)
    .map(({ field, message }) => `${field}: ${message}`);
}

Deno.test("a service has an Ingress, a VirtualService or both, as its ingress asks", () => {
  assertEquals(kinds({ host: "chat" }), []);
  assertEquals(kinds(byIngress), ["own Ingress solo"]);
  assertEquals(kinds(byVirtualService), ["own VirtualService solo"]);
  assertEquals(kinds(byBoth), ["own Ingress solo", "own VirtualService solo"]);
});

Deno.test("a VirtualService is not planned while the API server does not serve the kind", () => {
  assertEquals(kinds(byBoth, WITHOUT_ISTIO), ["own Ingress solo"]);
});

Deno.test("routes that the operator creates cause no warning", () => {
  for (const ingress of [undefined, {}, byIngress, byVirtualService, byBoth]) {
    assertEquals(warnings(ingress), []);
  }
  const disabled = { ...byVirtualService, enabled: false };
  assertEquals(warnings(disabled, { observed: WITHOUT_ISTIO, gateway: "" }), []);
});

Deno.test("an Ingress without a class is a warning, because it is not created", () => {
  const [warning, ...others] = warnings({ enabled: true, host: "chat", ...BAD_LABEL });
  assertEquals(
    warning,
    "ingress: has no ingressControllerClassName, so the operator creates no Ingress: " +
      "set it to the name of an IngressClass, or set enabled to false",
  );
  assertEquals(others, []);
  assertEquals(warnings({ ...byIngress, ingressControllerClassName: "" }).length, 1);
});

Deno.test("a VirtualService that the operator does not create is a warning with the remedy", () => {
  for (const ingress of [byVirtualService, byBoth]) {
    assertEquals(warnings(ingress, { gateway: "" }), [
      "ingress.useVirtualService: is ignored, because the operator runs without " +
      "--istio-virtual-service-gateway: set this flag (dynamo.istio in the values of the chart), " +
      "or create the VirtualService yourself",
    ]);
    assertEquals(warnings(ingress, { observed: WITHOUT_ISTIO }), [
      "ingress.useVirtualService: is ignored, because the API server does not serve " +
      "virtualservices.networking.istio.io: install Istio, or set useVirtualService to false",
    ]);
    assertEquals(warnings({ ...ingress, virtualServiceGateway: "" }), [
      "ingress.virtualServiceGateway: is empty, so the operator creates no VirtualService: " +
      "set it to the name of an Istio gateway, such as istio-system/public",
    ]);
  }
});

Deno.test("invalid labels and annotations are a warning if an Ingress or a VirtualService gets them", () => {
  const fields = (ingress: Ingress, observed = WITH_ISTIO) =>
    warnings({ ...ingress, ...BAD_LABEL, annotations: { "a b": "" } }, { observed })
      .map((warning) => warning.slice(0, warning.indexOf(":")));
  const invalid = ["ingress.labels[team]", "ingress.annotations[a b]"];
  for (const ingress of [byIngress, byVirtualService]) assertEquals(fields(ingress), invalid);
  assertEquals(fields(byVirtualService, WITHOUT_ISTIO), ["ingress.useVirtualService"]);
  assertEquals(fields(byBoth, WITHOUT_ISTIO), ["ingress.useVirtualService", ...invalid]);
  assertEquals(fields({ ...byIngress, enabled: false }), []);
});

Deno.test("a component is not available before its VirtualService is as planned", () => {
  const statusOf = (live: readonly KubeObject[], gateway = GATEWAY) => {
    const ingress = { ...byVirtualService, virtualServiceGateway: gateway };
    const object = soloComponent({ ingress });
    const observed = componentObserved({ live, parentUid: "uid-solo", kinds: [virtualServices] });
    const plan = planComponent(
      object,
      observed,
      platformConfig({ virtualServiceGateway: GATEWAY }),
    );
    const view = { object, plan, observed, execution: executionOf(), paused: false };
    const { conditions } = componentStatus(view, "2026-01-02T00:00:00Z");
    const message = conditions?.find(({ type }) => type === "Available")?.message ?? "";
    return { plan, message };
  };
  const { plan, message } = statusOf([]);
  assertStringIncludes(message, 'VirtualService "solo" does not exist yet');
  const live = plan.planned.map((planned) =>
    completed({ parent: soloComponent({}), planned, live: undefined })
  );
  assertEquals(statusOf(live).message.includes("VirtualService"), false);
  assertStringIncludes(
    statusOf(live, "other/private").message,
    'VirtualService "solo" is not up to date yet',
  );
});
