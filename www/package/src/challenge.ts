/** `consensus-playground/challenge`: the playground with the restaurant challenge, for its attribute `challenge`. */
import "./take-up.ts";

export * from "./multi.ts";
