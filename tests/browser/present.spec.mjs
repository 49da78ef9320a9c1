// For a room full of people: what is shown fills the screen, and can be read from five meters away.
import { audit, button, element, eventNumber, openText, opens } from "./page.mjs";
import { expect, test } from "./playground.mjs";

test.use({ drawers: "" });

const sheet = (page) => page.getByRole("dialog", { name: "Present" });
const presenting = (page) => page.locator("cp-present");

/** What has the focus, through all shadow roots. */
const focused = (page) =>
  page.evaluate(() => {
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    return one.title || one.className;
  });

test("on a screen of 1920 × 1080 nodes and words are large, and nothing is cut", async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await opens(page);
  await button(page, "Present (F)").click();
  const nodes = sheet(page).locator("[data-node]:not(.client)");
  const caption = sheet(page).locator("cp-caption p");
  for (const [protocol, replicas] of [
    ["raft", 5],
    ["pbft", 4],
    ["pbft", 7],
  ]) {
    await openText(page, `protocol ${protocol}\nreplicas ${replicas}\nseed 2\nat 10ms request put x 1\nrun 2s\n`);
    await expect(nodes).toHaveCount(replicas);
    await element(page).evaluate((one) => one.seek(20));
    for (const node of await nodes.all()) {
      const { x, y, width, height } = await node.boundingBox();
      expect(width).toBeGreaterThanOrEqual(90);
      expect(Math.min(x, y, 1920 - x - width, 1080 - y - height)).toBeGreaterThan(0);
    }
    await expect(caption).not.toBeEmpty();
    const letters = (one) => ({
      size: parseFloat(getComputedStyle(one).fontSize),
      cut: one.scrollHeight > one.clientHeight + 1,
    });
    const { size, cut } = await caption.evaluate(letters);
    expect(size).toBeGreaterThanOrEqual(28);
    expect(cut).toBe(false);
  }
  // Sharp, not only large: the picture has a pixel for each of the screen's.
  const sharp = (one) => one.width / one.getBoundingClientRect().width;
  expect(await sheet(page).locator("canvas").evaluate(sharp)).toBeCloseTo(1, 2);
});

test("F presents and leaves, Escape leaves; keys step and play meanwhile, and the focus goes back", async ({
  page,
}) => {
  await opens(page);
  const restart = button(page, "Restart");
  for (const leave of ["f", "Escape"]) {
    await restart.focus();
    await page.keyboard.press("f");
    await expect(sheet(page)).toBeVisible();
    await expect.poll(() => focused(page)).toBe("Play");
    const before = await eventNumber(page);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => eventNumber(page)).toBeGreaterThan(before);
    await page.keyboard.press("Space");
    await expect.poll(() => element(page).evaluate(({ playing }) => playing)).toBe(true);
    await page.keyboard.press("k");
    await expect.poll(() => element(page).evaluate(({ playing }) => playing)).toBe(false);
    // What is behind can neither be opened nor reached.
    for (const key of ["b", "i", "?"]) await page.keyboard.press(key);
    for (let stop = 0; stop < 8; stop += 1) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.localName ?? "body")).toMatch(
        /^(cp-present|body)$/,
      );
    }
    expect(await audit(page)).toEqual([]);
    await page.keyboard.press(leave);
    await expect(presenting(page)).toHaveCount(0);
    await expect(restart).toBeFocused();
    await expect(page.locator("#break, #inspect, .panel").filter({ visible: true })).toHaveCount(0);
  }
  // The browser may leave the whole screen by itself, by a key that the page does not hear.
  await button(page, "Present (F)").click();
  await expect.poll(() => page.evaluate(() => document.fullscreenElement?.localName)).toBe("consensus-playground");
  await page.evaluate(() => document.exitFullscreen());
  await expect(presenting(page)).toHaveCount(0);
  await expect(button(page, "Present (F)")).toBeFocused();
});

test("in a frame it fills the screen where the page around allows that, else the frame, and says so", async ({
  page,
}) => {
  const frame = (allow) =>
    `<iframe title="Playground" style="width:600px;height:420px" src="embed.html?view=compact" ${allow}></iframe>`;
  for (const [allow, whole] of [
    ["allow=\"fullscreen 'none'\"", false],
    ['allow="fullscreen"', true],
  ]) {
    const html = `<!doctype html><html lang="en"><title>A course</title><main><h1>A course</h1>${frame(allow)}</main>`;
    await page.route("**/course.html", (route) => route.fulfill({ contentType: "text/html", body: html }));
    await page.goto("course.html");
    const inside = page.frameLocator("iframe");
    await expect(inside.locator("consensus-playground")).toHaveAttribute("data-engine", "ready");
    await inside.locator("[data-node]").first().waitFor();
    await inside.locator(".view").focus();
    await page.keyboard.press("f");
    const words = inside.getByText("doesn’t let it fill the screen");
    await expect(inside.getByRole("dialog", { name: "Present" })).toBeVisible();
    const { width } = await inside.locator("cp-present .sheet").boundingBox();
    if (whole) await expect.poll(() => page.evaluate(() => document.fullscreenElement?.localName)).toBe("iframe");
    else expect(width).toBe(600);
    await expect(words).toHaveCount(whole ? 0 : 1);
    expect(await audit(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(inside.locator("cp-present")).toHaveCount(0);
    await expect(inside.locator(".view")).toBeFocused();
  }
});
