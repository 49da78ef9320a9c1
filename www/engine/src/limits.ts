/** How much the page takes on; the core's own limits are in the Rust sources, in `src/kernel/data/limits.rs`. */

/** Bytes of a scenario in a link, unpacked. */
export const LINK_BYTES = 1024 * 1024;
/** So many events far a link leads. */
export const LINK_EVENTS = 2_000_000;
/** Bytes of a lesson, as in the core. */
export const LESSON_BYTES = 64 * 1024;
/** So many events and lines far a lesson's scene leads, with what is played in it. */
export const LESSON_TICKS = 100_000;
/** So many steps ahead the next milestone is looked for. */
export const MILESTONE_STEPS = 5_000;
/** Bytes of a download. */
export const DOWNLOAD_BYTES = 1024 * 1024 * 1024;
/** Of more replicas than this, those are shown in full that somebody looks at; of the others what they are. */
export const CROWD = 64;
/** After so many milliseconds of one call to the engine, Stop is in sight. */
export const STOP_AFTER = 700;
