// How a state looks: audited on a wide page in the light and on a narrow one in the dark. With SHOTS set, pictures of both
// sizes in both schemes are taken into target/shots/, for somebody to look at.
import { audit } from "./page.mjs";
import { expect, path } from "./playground.mjs";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 375, height: 812 };

/** Audits the page as it is now; the window is as before afterwards. */
export async function looksRight(page, name) {
  const before = page.viewportSize();
  for (const [size, scheme] of [
    [WIDE, "light"],
    [NARROW, "dark"],
    ...(process.env.SHOTS
      ? [
          [WIDE, "dark"],
          [NARROW, "light"],
        ]
      : []),
  ]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme });
    if (process.env.SHOTS) {
      await page.waitForTimeout(400);
      await page.screenshot({ path: path(`target/shots/${name.replace(/\W+/g, "-")}-${size.width}-${scheme}.png`) });
    }
    expect(await audit(page)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
}
