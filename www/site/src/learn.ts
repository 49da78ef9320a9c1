/** The path of lessons; and whoever comes with a lesson of their own is led to where it opens. */
import { frame } from "./frame.ts";

const own = new URLSearchParams(location.search).has("lesson") || /^#l\d+=/.test(location.hash);
if (own) location.replace(new URL(`open.html${location.search}${location.hash}`, location.href));
else await frame();
