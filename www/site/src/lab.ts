/** The lab: measurements over many runs. */
import { frame } from "./frame.ts";

await frame();
await import("@consensus-playground/element/lab/elections.ts");
