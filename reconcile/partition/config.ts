/** What flags say of partition jobs. */
export interface PartitionConfig {
  /** Image of this program, which the Jobs run; "" for none. */
  image: string;
  /** Globs of the tables that may be worked on; every table if there are none. */
  tableAllow: readonly string[];
}
