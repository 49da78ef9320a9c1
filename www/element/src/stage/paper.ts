/** The picture on paper: as it stands on the screen, in light colours, and no wider than a sheet. */

/** The width, in CSS pixels, of what can be printed on a sheet held upright. */
const SHEET = 660;

export function onPaper({ style }: HTMLElement, { width, height }: { width: number; height: number }): void {
  // A browser prints without asking anybody to lay out anew: what is placed by pixels has to keep its size.
  Object.assign(style, { width: `${width}px`, height: `${height}px`, zoom: Math.min(1, SHEET / width) });
  style.colorScheme = "light";
}

export function offPaper({ style }: HTMLElement): void {
  for (const name of ["width", "height", "zoom", "color-scheme"]) style.removeProperty(name);
}
