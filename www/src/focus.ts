/** Keeps the focus of whoever works by keyboard: what they pressed may be gone, or idle, once it has done its work. */

const FOCUSABLE = "button, input, select, textarea, summary, a[href], [tabindex]";

export class FocusKeeper {
  private held: HTMLElement | undefined;
  /** What could take the focus where it was, in order, and the place among them. */
  private order: HTMLElement[] = [];
  private place = 0;

  /** @param home - Where the focus goes when nothing near it is left. */
  constructor(private readonly home: () => HTMLElement | null) {}

  /** Remembers where the focus is: before each key and click, for a move inside one room is not told outside it. */
  claim(): void {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return;
    const root = element.getRootNode() as Document | ShadowRoot;
    this.held = element;
    this.order = [...root.querySelectorAll<HTMLElement>(FOCUSABLE)];
    this.place = this.order.indexOf(element);
  }

  /** Gives the focus to the nearest neighbour, if nobody has it and the one who had it can't any more. */
  mend(): void {
    const { held, order, place } = this;
    if (!held || (document.activeElement && document.activeElement !== document.body)) return;
    if (able(held)) return;
    this.held = undefined;
    const near = [...order.slice(place + 1), ...order.slice(0, Math.max(0, place)).reverse()].find(able);
    (near ?? this.home())?.focus();
  }
}

/** Whether the focus could be there. */
function able(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(":disabled") && element.checkVisibility();
}
