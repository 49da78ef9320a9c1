/** A panel for each kind of structure that replicas build. None knows a protocol. */
import { html, type TemplateResult } from "lit";
import type { StructureInfo, StructureKind } from "@consensus-playground/engine/types.ts";
import { ANOTHER, nearText, shownReplicas } from "@consensus-playground/engine/near.ts";
import type { Run } from "@consensus-playground/engine/run.ts";
import { valuesOf, type Values } from "../../stage/values.ts";
import { graphPanel, graphStyles } from "./graph.ts";
import { gridPanel, gridStyles } from "./grid.ts";
import { logPanel, logStyles } from "./log.ts";
import type { Holding } from "./holding.ts";
import { pointsPanel, pointsStyles } from "./points.ts";
import { treePanel, treeStyles } from "./tree.ts";
import { valuePanel, valueStyles } from "./value.ts";

type Panel = (shown: readonly Holding[], values: Values, epoch: string) => TemplateResult;

const PANELS: Record<Exclude<StructureKind, "population">, Panel> = {
  log: logPanel,
  tree: treePanel,
  value: valuePanel,
  grid: gridPanel,
  points: pointsPanel,
  graph: graphPanel,
};

export const structureStyles = [logStyles, treeStyles, valueStyles, gridStyles, pointsStyles, graphStyles];

/** What all replicas have built so far: a panel for each structure of the protocol. */
export function structures(run: Run): TemplateResult[] {
  const { near } = run;
  const whose =
    near && html`<p class="soft" lang="en">${nearText(near, run.replicas.length, run.descriptor)} ${ANOTHER}</p>`;
  const epoch = run.descriptor?.epoch ?? "";
  return (run.descriptor?.structures ?? []).map((info) =>
    info.kind === "population"
      ? populationPanel(run, info)
      : panel(info, info.kind, shownOf(run, info.kind), whose, valuesOf(run), epoch),
  );
}

function shownOf(run: Run, kind: StructureKind): Holding[] {
  return shownReplicas(run).map((node) => {
    const built = node.replica?.structures.find((structure) => structure.kind === kind);
    return {
      id: node.id,
      cells: built?.cells ?? [],
      lies: Boolean(node.byzantine),
      leads: run.role(node.replica?.role)?.look === "lead" && node.health === "up",
      needed: run.near ? undefined : built?.needed,
    };
  });
}

/** Whether the panel's code was asked for; where it can't be had, the page says so, and how to try again. */
let asked = false;

/** All replicas' groups, of a crowd, too; the engine counts them. Its code is loaded where there are any. */
function populationPanel(run: Run, info: StructureInfo): TemplateResult {
  const load = (): void => void run.part("population", () => import("./population.ts"), load);
  if (!asked) load();
  asked = true;
  return html`<h2 lang="en">${info.name}</h2>
    <cp-population .run=${run} .empty=${info.empty}></cp-population>`;
}

/** One structure under its heading; a sentence where there is nothing in it yet. */
function panel(
  info: StructureInfo,
  kind: keyof typeof PANELS,
  shown: readonly Holding[],
  whose: TemplateResult | undefined,
  values: Values,
  epoch: string,
): TemplateResult {
  const empty = shown.every(({ cells }) => cells.length === 0);
  return html`<h2 lang="en">${info.name}</h2>
    ${whose} ${empty ? html`<p class="soft" lang="en">${info.empty}</p>` : PANELS[kind](shown, values, epoch)}`;
}
