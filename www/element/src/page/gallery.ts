/**
 * The scenarios that come with the playground. The first of each protocol comes with the engine, so that there is something to
 * see at once; the others are files of the page, fetched when they are wanted.
 */
import files from "virtual:gallery";
import { titleOf } from "@consensus-playground/engine/scenario-text.ts";
import type { Descriptor } from "@consensus-playground/engine/types.ts";

export interface GalleryItem {
  /** Its file's name without the ending; for a protocol's first scenario the protocol's name. */
  file: string;
  title: string;
  text: string;
}

const arrived = new Map<string, GalleryItem[]>();

/** A protocol's scenarios, as far as they are here. */
export function scenariosOf({ id, firstScenario }: Descriptor): GalleryItem[] {
  return [item(id, firstScenario), ...(arrived.get(id) ?? [])];
}

/** Fetches the scenarios of a protocol. Rejects where their file can't be had. */
export async function fetchScenarios(protocol: string): Promise<void> {
  if (arrived.has(protocol)) return;
  const { default: found = [] } = (await files[protocol]?.()) ?? {};
  arrived.set(
    protocol,
    found.map(({ file, text }) => item(file, text)),
  );
}

/** The scenario of this file name, or `null` where there is none. */
export async function findScenario(protocols: readonly Descriptor[], file: string): Promise<GalleryItem | null> {
  for (const protocol of protocols.filter(({ id }) => `${file}-`.startsWith(`${id}-`))) {
    if (file !== protocol.id) await fetchScenarios(protocol.id);
    const found = scenariosOf(protocol).find((one) => one.file === file);
    if (found) return found;
  }
  return null;
}

function item(file: string, text: string): GalleryItem {
  return { file, title: titleOf(text), text };
}
