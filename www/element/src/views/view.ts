/** How much of a playground is shown. */
import type { CSSResult, TemplateResult } from "lit";
import type { Run } from "@consensus-playground/engine/run.ts";
import type { Wish } from "../header/header.ts";
import type { Drawer } from "../page/drawers.ts";

/** What a view shows, and what only the element around it can do. */
export interface Setting {
  readonly run: Run;
  /** The panel that is open, and how one is opened and closed. */
  readonly panel: Wish | null;
  wish(wish: Wish): void;
  close(): void;
  /** The drawers that are open, and how one is opened and closed. */
  readonly drawers: ReadonlySet<Drawer>;
  readonly toggle: (drawer: Drawer) => void;
  /** Whether the challenge's page is beside this one. */
  readonly near: boolean;
  /** Puts a link into the page's address and gives the address; left out where the address isn't ours. */
  readonly written: ((link: string) => string) | undefined;
  /** The attributes of that name, as they stand there. */
  readonly controls: string | undefined;
  readonly caption: string | undefined;
}

export interface View {
  readonly styles: CSSResult;
  render(setting: Setting): TemplateResult;
}

export type ViewName = "full" | "lesson" | "compact";
