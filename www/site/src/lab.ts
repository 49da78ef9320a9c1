/** The lab: measurements over many runs. */
import { frame } from "./frame.ts";

await frame();
await Promise.all([
  import("@consensus-playground/element/lab/elections.ts"),
  import("@consensus-playground/element/lab/growth.ts"),
]);
