/**
 * The engine without a page: a worker that carries the wasm, and runs in it. A `Run` shows how things are, in fields that
 * only its commands change; it tells of changes as an `EventTarget` does.
 *
 * ```ts
 * const run = new Run();
 * run.addEventListener("frame", () => console.log(run.frame?.now, run.replicas));
 * await run.open("protocol raft\nreplicas 5\nrun 2s");
 * await run.act("crash leader");
 * ```
 */
export { Run } from "./run.ts";
export { Side, Together } from "./together.ts";
export type { RunEvent } from "./asking.ts";
export type { Attendant, Lost, Problem, Snapshot } from "./snapshot.ts";
export { EngineClient, EngineError, EngineFailed, EngineHalted, EngineLost } from "./client.ts";
export { isLink, pack, unpack, type Program, type Shared } from "./link.ts";
export type { Operation, Operations } from "./protocol.ts";
export { Fate } from "./types.ts";
export type * from "./types.ts";
