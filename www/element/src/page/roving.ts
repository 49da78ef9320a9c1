/** One tab stop for a whole group: the arrow keys up and down (and Home and End) go from one to the next. */

const KEYS: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** Handles a key in a group whose members match a selector. Modifiers are left to others. */
export function rove(event: KeyboardEvent, selector: string): void {
  const move = KEYS[event.key];
  const [origin] = event.composedPath();
  if (!move || event.ctrlKey || event.metaKey || event.altKey || !(origin instanceof Element)) return;
  const group = event.currentTarget as HTMLElement | null;
  const members = [...(group?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const at = members.indexOf(origin as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  event.stopPropagation();
  members[move(at, members.length - 1)]?.focus();
}

/** Keeps the tab stop where the focus was last; where that is gone, at the first. */
export class Roving {
  private at: string | undefined;

  constructor(private readonly changed: () => void) {}

  /** The tab index of one of the group's members, by its name. */
  tabindex(name: string, names: readonly string[]): 0 | -1 {
    const stop = this.at !== undefined && names.includes(this.at) ? this.at : names[0];
    return name === stop ? 0 : -1;
  }

  /** The focus has come to a member. */
  focused(name: string): void {
    if (this.at === name) return;
    this.at = name;
    this.changed();
  }
}
