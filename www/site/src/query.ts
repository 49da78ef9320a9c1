/** What an embedded page is told by the page around it: attributes in its query, and what it tells in turn: its height. */

/** The attributes of the element that the query may name. */
const ATTRIBUTES = [
  "view",
  "controls",
  "caption",
  "theme",
  "start-at",
  "end-at",
  "protocol",
  "scenario",
  "seed",
  "speed",
  "autoplay",
  "lang",
] as const;

const query = new URLSearchParams(location.search);

/** The language that the query asks for. */
export const wantedLanguage = query.get("lang");

/** Gives the element what the query says. */
export function takeQuery(element: HTMLElement): void {
  for (const name of ATTRIBUTES) {
    const value = query.get(name);
    if (value === null || (name === "autoplay" && /^(?:false|0|off)$/.test(value))) continue;
    element.setAttribute(name, value);
  }
  const theme = query.get("theme");
  if (theme) paint(theme);
  else followHost();
}

/** Makes the page light or dark, which the element inherits. */
function paint(scheme: string): void {
  document.documentElement.style.colorScheme = scheme;
}

/**
 * A frame inherits no `color-scheme`. Where the page around it is of the same host, its own is taken; any other can say it in
 * the query, or in a message at any time.
 */
function followHost(): void {
  if (window.parent === window) return;
  window.addEventListener("message", ({ source, data }: MessageEvent<{ type?: unknown; theme?: unknown } | null>) => {
    if (source !== window.parent || data?.type !== "consensus-playground:theme") return;
    paint(data.theme === "light" || data.theme === "dark" ? data.theme : "light dark");
  });
  const { frameElement } = window;
  if (!frameElement) return;
  const scheme = getComputedStyle(frameElement).colorScheme;
  // A page that says nothing is light, whatever the system prefers.
  paint(scheme === "normal" ? "light" : scheme);
}

/**
 * How a page around is told of a height, by the names that the query's `resize` may have besides our own: learning platforms
 * listen to `lti`, pages with a resizer of H5P's kind to `h5p`.
 */
const RESIZES: Readonly<Record<string, (height: number) => object>> = {
  own: (height) => ({ type: "consensus-playground:height", height }),
  lti: (height) => ({ subject: "lti.frameResize", height }),
  h5p: (height) => ({ context: "h5p", action: "resize", scrollHeight: height, clientHeight: height }),
};

/** Tells the page around how high the element would be by itself, now and whenever that changes. */
export function tellHeight(element: HTMLElement): void {
  if (window.parent === window) return;
  const asked = (query.get("resize") ?? "").split(/[\s,]+/);
  const messages = Object.entries(RESIZES).flatMap(([name, message]) =>
    name === "own" || asked.includes(name) ? [message] : [],
  );
  // Such a resizer makes the frame its own at the first word.
  if (asked.includes("h5p")) window.parent.postMessage({ context: "h5p", action: "hello" }, "*");
  let told = 0;
  new ResizeObserver(() => {
    // Without the property it is as high as it needs at this width, whatever height the frame has now.
    element.style.setProperty("--consensus-playground-height", "initial");
    [element.style.minHeight, element.style.maxHeight] = ["0", "none"];
    const height = Math.ceil(element.getBoundingClientRect().height);
    element.style.removeProperty("--consensus-playground-height");
    [element.style.minHeight, element.style.maxHeight] = ["", ""];
    if (height === told) return;
    told = height;
    for (const message of messages) window.parent.postMessage(message(height), "*");
  }).observe(element);
}
