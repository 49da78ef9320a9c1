/** `consensus-playground/multi`: the playground, whose parts are loaded when they are wanted. */
import { ConsensusPlayground } from "@consensus-playground/element/consensus-playground.ts";

export { ConsensusPlayground };
