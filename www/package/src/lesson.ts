/** `consensus-playground/lesson`: the lesson, whose parts are loaded when they are wanted. */
import { ConsensusLesson } from "@consensus-playground/element/lesson/consensus-lesson.ts";

export { ConsensusLesson };
