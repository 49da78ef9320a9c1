/** Runs beside each other on one clock. */
import { frame } from "./frame.ts";

await frame();
await import("@consensus-playground/element/sides/sides.ts");
