import type { Descriptor } from "@consensus-playground/engine/types.ts";

/** Whether the lab measures this protocol's elections: those of a leader who is waited for at random. */
export const measuresElections = (protocol: Descriptor | undefined): boolean =>
  protocol?.timers.some((timer) => timer.name === "election-timeout") ?? false;
