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

const PANELS: Record<StructureKind, Panel> = {
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
    panel(info, shownOf(run, info.kind), whose, valuesOf(run), epoch),
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

/** One structure under its heading; a sentence where there is nothing in it yet. */
function panel(
  info: StructureInfo,
  shown: readonly Holding[],
  whose: TemplateResult | undefined,
  values: Values,
  epoch: string,
): TemplateResult {
  const empty = shown.every(({ cells }) => cells.length === 0);
  return html`<h2 lang="en">${info.name}</h2>
    ${whose} ${empty ? html`<p class="soft" lang="en">${info.empty}</p>` : PANELS[info.kind](shown, values, epoch)}`;
}
