/**
 * A guest's keys: what the element has used, and what a field or a button in it needs for itself, its host page does not hear as
 * well. Else a letter typed into a field would turn a slide deck black, and an arrow would step the run and the slide.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { isTaken } from "./keys.ts";

const TYPES = ["keydown", "keypress", "keyup"] as const;

export class OwnKeys implements ReactiveController {
  /** Keys that are down and were used when they went down. */
  private readonly used = new Set<string>();

  constructor(private readonly host: ReactiveControllerHost & EventTarget) {
    host.addController(this);
  }

  hostConnected(): void {
    for (const type of TYPES) this.host.addEventListener(type, this.hear);
  }

  hostDisconnected(): void {
    for (const type of TYPES) this.host.removeEventListener(type, this.hear);
    this.used.clear();
  }

  private readonly hear = (some: Event): void => {
    const event = some as KeyboardEvent;
    if (event.type === "keydown") {
      if (event.defaultPrevented || isTaken(event)) this.used.add(event.code);
      else this.used.delete(event.code);
    }
    if (this.used.has(event.code)) event.stopPropagation();
    if (event.type === "keyup") this.used.delete(event.code);
  };
}
