/** `consensus-playground`: both elements in one file that needs nothing beside it. */
import { ConsensusLesson } from "@consensus-playground/element/lesson/consensus-lesson.ts";
import { ConsensusPlayground } from "@consensus-playground/element/consensus-playground.ts";

export { ConsensusLesson, ConsensusPlayground };
