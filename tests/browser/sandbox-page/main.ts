// The sandbox under the site's own policy, and nothing else, for tests and measurements.
Object.assign(window, {
  sandbox: () => import("../../../www/challenge/src/sandbox/index.ts"),
  grader: () => import("../../../www/challenge/src/grader/tasks.ts"),
});
document.documentElement.dataset.ready = "";
