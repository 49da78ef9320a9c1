import type { ReactiveController, ReactiveControllerHost } from "lit";
import { isLink } from "@consensus-playground/engine/link.ts";

/** Reads the run that the page's address holds, for an element that was told to. Back and forth in the history work. */
export class Address implements ReactiveController {
  constructor(
    host: ReactiveControllerHost,
    private readonly wanted: () => boolean,
    /** Opens a link, or with `undefined` what there is without one. */
    private readonly open: (link: string | undefined) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener("hashchange", this.changed);
  }

  hostDisconnected(): void {
    window.removeEventListener("hashchange", this.changed);
  }

  /** The link in the address, if there is one and the element looks there. */
  get link(): string | undefined {
    return this.wanted() && isLink(location.hash) ? location.hash : undefined;
  }

  /** Puts a link into the address and gives the whole address. The run at hand is the one it means: nothing is opened. */
  write(link: string): string {
    const address = new URL(link, location.href).href;
    try {
      history.replaceState(history.state, "", address);
    } catch {
      // A sandboxed frame may not change its address. The link is good all the same.
    }
    return address;
  }

  private readonly changed = (): void => {
    const { hash } = location;
    if (this.wanted() && (isLink(hash) || hash === "")) this.open(this.link);
  };
}
