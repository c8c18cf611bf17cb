/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

/** Whether the API server reads this as an amount: `500m`, `16Gi`, `1.5`, `1e3`. */
export function isQuantity(text: string): boolean {
  return QUANTITY.test(text);
}
