// A video of a run: what the browser recorded is opened again, and its pictures are looked at.
import { readFile } from "node:fs/promises";
import { expect, test } from "./playground.mjs";
import { audit, button, element, openText, opens } from "./page.mjs";

/** Plays a video on a page of its own, and measures its first and last picture: how many colours, and how much they differ. */
async function watched(page, content, type) {
  const viewer = await page.context().newPage();
  const seen = await viewer.evaluate(
    async ([base64, kind]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const video = document.createElement("video");
      video.muted = true;
      video.src = URL.createObjectURL(new Blob([bytes], { type: kind }));
      const event = (name) => new Promise((resolve) => video.addEventListener(name, resolve, { once: true }));
      await event("loadeddata");
      const picture = async (time) => {
        const there = event("seeked");
        video.currentTime = time;
        await there;
        const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
        const context = canvas.getContext("2d");
        context.drawImage(video, 0, 0);
        return context.getImageData(0, 0, canvas.width, canvas.height).data;
      };
      // A recording does not say how long it is before its end was looked for.
      await picture(1e6);
      const { duration } = video;
      const [first, last] = [await picture(0.1), await picture(duration - 0.1)];
      const colours = new Set();
      let differing = 0;
      for (let at = 0; at < first.length; at += 4) {
        colours.add((first[at] >> 4) * 256 + (first[at + 1] >> 4) * 16 + (first[at + 2] >> 4));
        if (Math.abs(first[at] - last[at]) > 40) differing += 1;
      }
      return {
        duration,
        size: [video.videoWidth, video.videoHeight],
        colours: colours.size,
        differing,
        corner: first[4 * 99],
      };
    },
    [content.toString("base64"), type],
  );
  await viewer.close();
  return seen;
}

test("a run is recorded as a video that plays, in the time that it took", async ({ page, troubles }) => {
  await opens(page);
  await openText(page, "# A film\nprotocol raft\nreplicas 5\nseed 2\nat 250ms crash leader\nrun 300ms\n");
  await element(page).evaluate((one) => (one.speed = 0.2));
  await button(page, "Save").click();
  const download = page.waitForEvent("download");
  await button(page, "Record").click();
  await expect(page.locator("cp-film output")).toContainText(/Recording: \d s, at 0\.\d+ s/);
  await expect(button(page, "Stop and save")).toBeFocused();
  expect(await audit(page)).toEqual([]);
  const name = (await download).suggestedFilename();
  expect(name).toMatch(/^run\.(mp4|webm)$/);
  await expect(page.locator("cp-film")).toContainText(`${name} is in your downloads.`);
  await expect(button(page, "Record")).toBeFocused();
  const seen = await watched(page, await readFile(await (await download).path()), `video/${name.slice(4)}`);
  expect(seen.size).toEqual([1280, 720]);
  // 0.3 s at a fifth of the speed, and a while at either end.
  expect(seen.duration).toBeGreaterThan(2);
  expect(seen.duration).toBeLessThan(12);
  // It is drawn on paper, as the page is.
  expect(seen.corner).toBeGreaterThan(240);
  expect(seen.colours).toBeGreaterThan(10);
  expect(seen.differing).toBeGreaterThan(1000);
  // What is cancelled is not saved.
  await page.getByLabel("The whole run", { exact: true }).check();
  await button(page, "Record").click();
  await button(page, "Cancel").click();
  await expect(page.locator("cp-film")).toContainText("Nothing was saved.");
  expect(await element(page).evaluate((one) => one.playing)).toBe(false);
  expect(troubles).toEqual([]);
});

test("where the browser records no video, that is said", async ({ page, troubles }) => {
  await page.addInitScript(() => delete window.MediaRecorder);
  await opens(page);
  await button(page, "Save").click();
  await expect(page.locator("cp-film")).toContainText("This browser can't record video.");
  await expect(button(page, "Record")).toBeDisabled();
  expect(await audit(page)).toEqual([]);
  expect(troubles).toEqual([]);
});
