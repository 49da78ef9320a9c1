/** One attempt, with a platform around it or without: what the two pages share. */
import { keepIn } from "@consensus-playground/element/page/keeping.ts";
import { findLms } from "./lms.ts";
import { Session, type Work } from "./session.ts";
import { keptWords, words } from "./words.ts";

export interface Attempt {
  /** What was kept the last time; both empty where nothing was. */
  head: string;
  body: string;
  /** Takes over what the elements would put into the browser's storage; without a platform, they do. */
  keep: Map<string, string> | undefined;
  /** Says how it stands, and has it kept. `now`: somebody has just solved something. */
  report(work: Work, now: boolean, besides?: string): void;
}

/**
 * Begins. With a platform the browser's storage is left alone: the next person at this computer may be another.
 * `heard` is told whenever an element keeps something.
 */
export async function begin(heard: () => void): Promise<Attempt> {
  const line = document.querySelector<HTMLElement>("#standing");
  let [stands, became, besides] = ["", "", ""];
  const show = () => {
    const said = [stands, became, besides].filter(Boolean).join(" ");
    if (line && line.textContent !== said) line.textContent = said;
  };
  const standing = ({ solved, tasks }: Work) => (stands = words().standing(solved, tasks));
  const lms = findLms();
  if (!lms) {
    became = words().alone;
    show();
    const report: Attempt["report"] = (work) => {
      standing(work);
      show();
    };
    return { head: "", body: "", keep: undefined, report };
  }
  const keep = new Map<string, string>();
  keepIn({
    getItem: (name) => keep.get(name) ?? null,
    setItem(name, value) {
      keep.set(name, value);
      heard();
    },
  });
  // A page that the browser had put away comes back without its session.
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  try {
    const session = Session.begin(lms, (kept) => {
      became = keptWords(kept);
      show();
    });
    const { head, body } = await session.kept();
    if (head && !body) besides = words().older;
    show();
    return {
      head,
      body,
      keep,
      report(work, now, more) {
        standing(work);
        besides = more ?? besides;
        show();
        session.report(work, now);
      },
    };
  } catch (error) {
    became = words().failed(error instanceof Error ? error.message : String(error));
    show();
    return {
      head: "",
      body: "",
      keep,
      report(work) {
        standing(work);
        show();
      },
    };
  }
}
