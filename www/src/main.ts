import "./consensus-playground.ts";
