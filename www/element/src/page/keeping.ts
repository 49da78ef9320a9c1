/** Where a person's work is kept: the browser's storage, or what the page has put in its place, a learning platform say. */
export type Keeping = Pick<Storage, "getItem" | "setItem">;

let other: Keeping | undefined;

/** Keeps work elsewhere from now on. To be called before an element is defined. */
export function keepIn(place: Keeping): void {
  other = place;
}

/** Throws where the browser's storage is closed, as that itself does. */
export function keeping(): Keeping {
  return other ?? localStorage;
}

/** Whether other tabs may write there, too. */
export function isShared(): boolean {
  return other === undefined;
}
