// The pictures of the help pages: taken here, and found stale here when the dashboard says other words than they show.
//
// `cargo xtask pictures` sets KEYSTEAD_TEST_PICTURES to a folder, and the pictures are written there. Without it the same way
// is gone, and the words on it are compared with those that were noted when the pictures were taken.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { Page } from "@playwright/test";

import { RAZORPAY, liveAccount, member } from "../brands.js";
import { expect, test } from "../story.js";

const IMAGES = path.join(import.meta.dirname, "../../../help/assets/images");
const LABELS = "labels.json";
const SCREENSHOT = "settings-4.jpg";
const ANIMATION = "dashboard-guide-regenerate-api-key.gif";
const KIBIBYTE = 1024;

const folder = process.env.KEYSTEAD_TEST_PICTURES;

test.use({ viewport: { width: 1120, height: 700 }, colorScheme: "light", contextOptions: { reducedMotion: "reduce" } });

/** Headings, buttons, columns and choices that are seen now, without what differs from run to run. */
async function labels(page: Page): Promise<string[]> {
  const texts = await page
    .getByRole("main")
    .locator("h1, h2, h3, th, label, legend, dt, button, a.btn, [role=dialog] *:is(h2, dt, a.btn, button)")
    .filter({ visible: true })
    .allInnerTexts();
  const isFixed = (text: string) => text !== "" && !/_(test|live)_|\d:\d/.test(text);
  return [...new Set(texts.map((text) => text.trim().replace(/\s+/g, " ")).filter(isFixed))].sort();
}

test("the pictures of the help pages show the words of today's dashboard", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const seen: Record<string, string[]> = { [SCREENSHOT]: [], [ANIMATION]: [] };
  const frames: string[] = [];
  if (folder) mkdirSync(folder, { recursive: true });
  const look = async (picture: string) => {
    seen[picture] = [...new Set([...(seen[picture] ?? []), ...(await labels(page))])].sort();
  };
  const frame = async (milliseconds: number) => {
    await look(ANIMATION);
    if (!folder) return;
    const name = `frame-${String(frames.length).padStart(2, "0")}.png`;
    await page.screenshot({ path: path.join(folder, name), caret: "hide" });
    frames.push(`${name}:${milliseconds}`);
  };

  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "owner"));
  const old = await dashboard.generateKey("Live");
  await look(SCREENSHOT);
  if (folder) {
    await page.screenshot({ path: path.join(folder, SCREENSHOT), type: "jpeg", quality: 80, caret: "hide" });
  }

  await frame(2000);
  await dashboard.button("Regenerate Key").focus();
  await page.keyboard.press("Shift");
  await frame(1000);
  await dashboard.beginRegenerate();
  await frame(2500);
  await dashboard.choice("in 24 hours").check();
  await frame(2000);
  await dashboard.confirmRegenerate("in 24 hours");
  // A picture is no place for a secret, not even one of a sample.
  await dashboard.dialog.getByTestId("key-secret").evaluate((secret) => (secret.textContent = "•".repeat(24)));
  await frame(3000);
  await dashboard.closeDialog();
  await expect(dashboard.row(old)).toContainText("Works until");
  await frame(3000);

  if (folder) {
    writeFileSync(path.join(folder, LABELS), `${JSON.stringify(seen, null, 2)}\n`);
    writeFileSync(path.join(folder, "frames"), frames.join("\n"));
    return;
  }
  const noted = JSON.parse(readFileSync(path.join(IMAGES, LABELS), "utf8"));
  expect(seen, "the pictures are stale: run `cargo xtask pictures`, look at them and commit them").toEqual(noted);
  for (const picture of [SCREENSHOT, ANIMATION]) {
    const size = readFileSync(path.join(IMAGES, picture)).byteLength;
    expect(size, `${picture} is a picture`).toBeGreaterThan(5 * KIBIBYTE);
    expect(size, `${picture} keeps nobody waiting`).toBeLessThan(200 * KIBIBYTE);
  }
});
