import type { ReactiveController, ReactiveControllerHost } from "lit";
import { isLink } from "@consensus-playground/engine/link.ts";

/** The part of an address that names a scenario of the gallery. */
const NAME = /^#([a-z][a-z0-9-]*)$/;

/**
 * What the page's address says is open, for an element that was told to look there: `#s1=…` is a whole run, `#raft-minority`
 * a scenario of the gallery. The address and the title follow what a person opens; back and forward in the history work.
 */
export class Address implements ReactiveController {
  constructor(
    host: ReactiveControllerHost,
    private readonly wanted: () => boolean,
    /** Opens what the address says, or what there is without it. */
    private readonly open: () => void,
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

  /** The name in the address of a scenario, if there is one and the element looks there. */
  get name(): string | undefined {
    return this.wanted() ? NAME.exec(location.hash)?.[1] : undefined;
  }

  /** Puts a link into the address and gives the whole address. The run at hand is the one it means: nothing is opened. */
  write(link: string): string {
    const address = new URL(link, location.href).href;
    this.put("replaceState", address);
    return address;
  }

  /** A scenario was opened otherwise than by the address: that is a step in the history. Without a name, it has no address yet. */
  follow(name: string | undefined): void {
    const hash = name === undefined ? "" : `#${name}`;
    if (!this.wanted() || location.hash === hash) return;
    // A guest in a frame adds no steps to the history of its host.
    this.put(window.parent === window ? "pushState" : "replaceState", hash || location.pathname + location.search);
  }

  private put(how: "pushState" | "replaceState", address: string): void {
    try {
      history[how](history.state, "", address);
    } catch {
      // A sandboxed frame may not change its address. What is open is good all the same.
    }
  }

  private readonly changed = (): void => {
    const { hash } = location;
    if (this.wanted() && (isLink(hash) || NAME.test(hash) || hash === "")) this.open();
  };
}
