/** What all pages of reading have above their content: the way past it, the site's pages, the languages. */

const PAGES = [
  ["learn", "./learn/index.html", "Learn"],
  ["play", "./play.html", "Play"],
  ["scenarios", "./scenarios.html", "Scenarios"],
  ["compare", "./compare.html", "Compare"],
  ["challenge", "./challenge.html", "Challenge"],
  ["lab", "./lab.html", "Lab"],
] as const;

/** Which pages have it; a page leaves the place `<!-- header-NAME -->`. */
export const WITH_HEADER = ["home", "learn", "lesson", "scenarios", "compare", "lab"] as const;

/** The header of a page in the folder from which the way to the site's top is `top`: `./`, `../`. */
export function header(page: (typeof WITH_HEADER)[number], top: string): string {
  const links = PAGES.map(([name, address, word]) => {
    const current = name === page ? ' aria-current="page"' : "";
    return `<a href="${top}${address.slice(2)}"${current} data-say="site.${name}">${word}</a>`;
  });
  return `<a class="skip" href="#main" data-say="site.skip">Skip to the content</a>
    <header>
      <a class="name" href="${top}index.html"><img src="${top}icon.svg" alt="" width="26" height="26" />Consensus Playground</a>
      <nav aria-label="Pages">
        ${links.join("\n        ")}
      </nav>
      <div class="languages" role="group" aria-label="Language" data-languages></div>
    </header>`;
}
