/** A lesson's page. */
import { frame } from "./frame.ts";

await frame();
await import("@consensus-playground/element/lesson/consensus-lesson.ts");
