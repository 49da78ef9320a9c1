// The sandbox under the site's own policy, and nothing else, for tests and measurements.
Object.assign(window, {
  sandbox: () => import("../../../www/src/challenge/sandbox/index.ts"),
  grader: () => import("../../../www/src/challenge/grader/tasks.ts"),
});
document.documentElement.dataset.ready = "";
