/** The home page: a small script for what is there at once; the living cluster comes after it. */
import { frame } from "./frame.ts";

await frame();
await import("./cluster.ts");
