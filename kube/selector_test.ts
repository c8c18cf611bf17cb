// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";

import { labelSelectorText, parseLabelSelector, scopeMatcher } from "./selector.ts";

const labels = { app: "x", "nvidia.com/kind": "worker", empty: "" };

Deno.test("a label selector matches as in the API server", () => {
  const cases: [string, boolean][] = [
    ["", true],
    ["app=x", true],
    ["app==x,nvidia.com/kind=worker", true],
    ["app=y", false],
    ["app!=y", true],
    ["absent!=y", true],
    ["app!=x", false],
    ["empty=", true],
    ["app", true],
    ["absent", false],
    ["!absent", true],
    ["! app", false],
    ["app in (x, y)", true],
    ["app in (y),empty", false],
    ["app notin (x)", false],
    ["absent notin (x)", true],
    ["absent in (x)", false],
  ];
  for (const [selector, expected] of cases) {
    assertEquals(parseLabelSelector(selector)(labels), expected, selector);
  }
  assertEquals(parseLabelSelector("app")(undefined), false);
});

Deno.test("an invalid label selector is refused", () => {
  for (const selector of ["a=b=c", "a in", "a in x", "a > 1", "(a)"]) {
    assertThrows(() => parseLabelSelector(selector), Error, "Cannot parse label selector");
  }
});

Deno.test("a scope matches namespace, name and labels", () => {
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "a", labels } };
  assertEquals(scopeMatcher({})(object), true);
  assertEquals(scopeMatcher({ namespace: "b" })(object), false);
  assertEquals(scopeMatcher({ fieldSelector: "metadata.name=q" })(object), false);
  assertEquals(
    scopeMatcher({ fieldSelector: "metadata.name=p", labelSelector: "app" })(object),
    true,
  );
});

Deno.test("a label selector of an object is written as a list request needs it", () => {
  const text = labelSelectorText({
    matchLabels: { app: "x", tier: "y" },
    matchExpressions: [
      { key: "a", operator: "In", values: ["1", "2"] },
      { key: "b", operator: "NotIn", values: ["3"] },
      { key: "c", operator: "Exists" },
      { key: "d", operator: "DoesNotExist" },
    ],
  });
  assertEquals(text, "app=x,tier=y,a in (1,2),b notin (3),c,!d");
  assertEquals(parseLabelSelector(text)({ app: "x", tier: "y", a: "2", b: "4", c: "" }), true);
  assertEquals(parseLabelSelector(text)({ app: "x", tier: "y", a: "3", b: "4", c: "" }), false);
});
