// The space-time diagram as a file of its own, and what its signs mean.
import { readFile } from "node:fs/promises";
import { expect, test } from "./playground.mjs";
import { act, audit, button, element, openText, opens, playsUntil } from "./page.mjs";

/** Reads an SVG as strictly as another program would, and shows it on a page of its own: under Trusted Types this one parses no text. */
const readSvg = async (page, text) => {
  const reader = await page.context().newPage();
  await reader.setContent("<body style='margin:0'>");
  const found = await reader.evaluate((svg) => {
    const { documentElement: root } = new DOMParser().parseFromString(svg, "image/svg+xml");
    const all = [...root.querySelectorAll("*")];
    const shown = document.body.appendChild(document.importNode(root, true));
    const [width, height] = ["width", "height"].map((name) => Number(root.getAttribute(name)));
    const box = shown.getBoundingClientRect();
    return {
      root: root.localName,
      size: [width, height],
      viewBox: root.getAttribute("viewBox"),
      outside: [root, ...all]
        .flatMap((one) => [...one.attributes])
        .filter(({ name, value }) => name !== "xmlns" && /href|style|url\((?!#c\d+\))|https?:/.test(`${name}=${value}`))
        .map(({ name, value }) => `${name}=${value}`),
      fonts: [...new Set([root, ...all].map((one) => one.getAttribute("font-family")))].filter(Boolean),
      paths: all
        .filter(({ localName }) => localName === "path")
        .flatMap((one) => one.getAttribute("d").match(/M/g) ?? []).length,
      texts: [...shown.querySelectorAll("text")].map((one) => one.textContent),
      hidden: [...shown.querySelectorAll("text")]
        .filter((one) => {
          const { left, right, top, bottom } = one.getBoundingClientRect();
          return left < box.left || top < box.top || right > box.left + width || bottom > box.top + height;
        })
        .map((one) => one.textContent),
    };
  }, text);
  await reader.close();
  return found;
};

const saved = async (page, name) => {
  const download = page.waitForEvent("download");
  await button(page, name).click();
  return readFile(await (await download).path());
};

test("the diagram is saved by itself, with title, axis and legend: what is in view, or the whole run", async ({
  page,
}) => {
  await opens(page);
  await openText(
    page,
    "# A <run> & its \u0007 title\nprotocol raft\nreplicas 5\nseed 2\nworkload clients 2 rate 20/s keys 3\nat 400ms crash leader\nrun 3s\n",
  );
  await element(page).evaluate(async (one) => {
    while (one.event < 500) await one.run.nextMilestone();
  });
  await button(page, "Save").click();
  const part = await readSvg(page, (await saved(page, "Save as SVG")).toString());
  await page.getByLabel("The whole run, split into rows").check();
  const text = (await saved(page, "Save as SVG")).toString();
  const whole = await readSvg(page, text);
  for (const one of [part, whole]) {
    expect(one).toMatchObject({ root: "svg", outside: [], fonts: ["sans-serif"], hidden: [] });
    expect(one.viewBox).toBe(`0 0 ${one.size[0]} ${one.size[1]}`);
    expect(one.texts[0]).toBe("A <run> & its \ufffd title");
    for (const label of ["message", "reply", "leader", "a rule is carried out", "c1"])
      expect(one.texts).toContain(label);
    expect(one.texts.filter((label) => /^\d\.\d+ s$/.test(label)).length).toBeGreaterThan(3);
  }
  expect(part.texts).toContain("now");
  expect(whole.texts).toContain("crash, restart, pause or interference");
  // Every event that is counted has its mark; the rows' axes begin at the beginning.
  const last = await element(page).evaluate((one) => one.run.frame.last);
  expect(last).toBeGreaterThan(500);
  expect(whole.texts[1]).toMatch(new RegExp(`5 replicas · seed 2 · 0.000 s to .* · ${last} events$`));
  expect(whole.texts.find((label) => /^[\d.]+ s$/.test(label))).toMatch(/^0\.0+ s$/);
  expect(whole.paths).toBeGreaterThan(2 * part.paths);
  const png = await saved(page, "Save as PNG");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(whole.size.map((length) => 2 * length));
  await page.keyboard.press("Escape");
  await expect(button(page, "Save")).toBeFocused();
  await expect(page.locator("cp-save-diagram")).toHaveCount(0);
});

test("the diagram says what its signs mean", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, "protocol raft\nreplicas 5\nseed 2\nrun 3s\n");
  await playsUntil(page, ({ nodes }) => nodes.some((node) => node.replica?.role === "leader"));
  await button(page, "Legend").click();
  const legend = page.locator("cp-diagram-legend li");
  await expect(legend.filter({ hasText: "a timer runs out" })).toBeVisible();
  await expect(legend.filter({ hasText: "crash" })).toHaveCount(0);
  await act(page, "crash 3");
  await expect(legend.filter({ hasText: "crash, restart" })).toBeVisible();
  // Each sign is really drawn.
  const drawn = await legend.locator("canvas").evaluateAll((all) =>
    all.map((one) =>
      one
        .getContext("2d")
        .getImageData(0, 0, one.width, one.height)
        .data.some((value) => value > 0),
    ),
  );
  expect(drawn.length).toBeGreaterThan(5);
  expect(drawn).not.toContain(false);
  expect(await audit(page)).toEqual([]);
  expect(troubles).toEqual([]);
});
