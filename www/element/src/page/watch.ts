import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { RunEvent } from "@consensus-playground/engine/asking.ts";
import type { Run } from "@consensus-playground/engine/run.ts";

/** Renders its host again when the run it shows tells of a change. */
export class Watch implements ReactiveController {
  private run: Run | undefined;

  constructor(
    private readonly host: ReactiveControllerHost & { run: Run | undefined },
    private readonly types: readonly RunEvent[] = ["change"],
    private readonly listener: (type: RunEvent) => void = () => host.requestUpdate(),
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.attach();
  }

  hostUpdate(): void {
    if (this.host.run !== this.run) {
      this.hostDisconnected();
      this.attach();
    }
  }

  hostDisconnected(): void {
    for (const type of this.types) this.run?.removeEventListener(type, this.heard);
    this.run = undefined;
  }

  private attach(): void {
    if (this.run) return;
    this.run = this.host.run;
    for (const type of this.types) this.run?.addEventListener(type, this.heard);
  }

  private readonly heard = (event: Event): void => this.listener(event.type as RunEvent);
}
