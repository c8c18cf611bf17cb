/** Invalid user input that only planning finds: the API server took it, no pod can be made of it. */
export class PlanError extends Error {
  override readonly name = "PlanError";
  /** Path of the field inside the component's spec, such as `resources.limits.gpu`. */
  readonly field: string;

  /**
   * @param field path inside the component's spec; whoever shows it puts `spec.` or `spec.services[NAME].` before it
   * @param message why the value cannot be used, without the path
   */
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}
