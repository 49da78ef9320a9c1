/** The shapes that cross the boundary, as the engine itself declares them, under the names that the page uses. */
import type { Descriptor, WordInfo } from "../wasm/consensus_playground.js";

export type {
  BranchView,
  Cell,
  CommandInfo,
  Descriptor,
  EventView,
  ExpectView,
  ExplanationView as Explanation,
  FlightDetail,
  Flights,
  Frame,
  Glyph as GlyphName,
  Info,
  Look,
  MessageInfo,
  MessageView,
  NodeView,
  OptionInfo,
  PopulationView,
  PropertyView,
  RoleInfo,
  RuleInfo,
  ScenarioOffers,
  ScenarioReading,
  QuorumSystem,
  StateView as State,
  Structure,
  StructureInfo,
  StructureKind,
  Tally,
  TimerView,
  TickView as Tick,
  TopologyView as Topology,
  WordInfo,
} from "../wasm/consensus_playground.js";

/** What became of a message; a place in the engine's list. */
export enum Fate {
  Flying,
  Delivered,
  Lost,
  Cut,
  Dead,
  Dropped,
  Unlinked,
}

/** What the engine knows before any run. */
export interface Library {
  protocols: Descriptor[];
  kinds: WordInfo[];
  /** Words of the field that any protocol may use. */
  terms: WordInfo[];
  version: string;
}
