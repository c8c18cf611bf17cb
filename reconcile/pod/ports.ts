/** The port of a frontend's HTTP API; its name in containers and Services is `http`. */
export const HTTP_PORT = 8000;
/** The port of a worker's status server; its name in containers and Services is `system`. */
export const SYSTEM_PORT = 9090;
/** The port of a planner's metrics; its name in the container is `metrics`. */
export const PLANNER_METRICS_PORT = 9085;
