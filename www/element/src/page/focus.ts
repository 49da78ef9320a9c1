/** Keeps the focus of whoever works by keyboard: what they pressed may be gone, or idle, once it has done its work. */

const FOCUSABLE = "button, input, select, textarea, summary, a[href], [tabindex]";

/** How long it takes, in milliseconds, until the page shows what a press has done. */
const SETTLES = 600;

export class FocusKeeper {
  private held: HTMLElement | undefined;
  /** What could take the focus where it was, in order, and the place among them. */
  private order: HTMLElement[] = [];
  private place = 0;
  /** Until when what was pressed may still move the page. */
  private until = 0;

  /** @param home - Where the focus goes when nothing near it is left. */
  constructor(private readonly home: () => HTMLElement | null) {}

  /** Remembers where the focus is: before each key and click, for a move inside one room is not told outside it. */
  claim(): void {
    const element = deepest();
    if (!element || element === document.body) return;
    const root = element.getRootNode() as Document | ShadowRoot;
    this.held = element;
    this.until = performance.now() + SETTLES;
    this.order = [...root.querySelectorAll<HTMLElement>(FOCUSABLE)];
    this.place = this.order.indexOf(element);
  }

  /**
   * Gives the focus to the nearest neighbour, if nobody has it and the one who had it can't any more. Keeps what was pressed by
   * key in sight, where what it did has moved it.
   */
  mend(): void {
    const { held, order, place } = this;
    if (!held) return;
    if (able(held)) {
      if (performance.now() < this.until && held.matches(":focus-visible")) held.scrollIntoView({ block: "nearest" });
      return;
    }
    if (document.activeElement && document.activeElement !== document.body) return;
    this.held = undefined;
    const near = [...order.slice(place + 1), ...order.slice(0, Math.max(0, place)).reverse()].find(able);
    (near ?? this.home())?.focus();
  }
}

/** What has the focus, through all shadow roots. */
export function deepest(): HTMLElement | undefined {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element instanceof HTMLElement ? element : undefined;
}

/** Whether the focus could be there. */
function able(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(":disabled") && element.checkVisibility();
}
