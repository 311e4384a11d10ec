// How often a key is used: an owner sees each pair in a chart and the same numbers in a table, and is warned while a
// retiring pair is still used.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator } from "@playwright/test";

import { RAZORPAY, liveAccount, member } from "../brands.js";
import type { Dashboard } from "../dashboard.js";
import type { Demo, Pair } from "../demo.js";
import { expect, test } from "../story.js";

const MINUTE = 60_000;

/** What is shown of a pair. */
function chart(dashboard: Dashboard, pair: Pair): Locator {
  return dashboard.page.getByRole("figure").filter({ hasText: pair.keyId });
}

async function uses(demo: Demo, pair: Pair, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) expect(await demo.authenticate(pair)).toBe(200);
}

/** Opens API Keys until the server has written down what it counted: it does so every few seconds. */
async function opensUntilItSays(dashboard: Dashboard, span: string, pair: Pair, words: string): Promise<void> {
  await expect(async () => {
    await dashboard.page.goto(dashboard.url(`/test/keys?usage=${span}`));
    await expect(chart(dashboard, pair)).toContainText(words, { timeout: 500 });
  }).toPass({ timeout: 30_000 });
}

/** From the login to a key with a current and a retiring pair that both were used. */
async function bothPairsUsed(demo: Demo, dashboard: Dashboard): Promise<{ old: Pair; current: Pair }> {
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "owner"));
  const old = await dashboard.generateKey("Test");
  await expect(dashboard.page.getByRole("main")).toContainText("No request with this key was granted in the last 24 hours.");
  await uses(demo, old, 2);
  await dashboard.beginRegenerate();
  const current = await dashboard.confirmRegenerate("in 24 hours");
  await dashboard.closeDialog();
  await opensUntilItSays(dashboard, "hour", old, "2 requests");
  demo.moveClock(2 * MINUTE);
  await uses(demo, old, 1);
  await uses(demo, current, 3);
  await opensUntilItSays(dashboard, "hour", current, "3 requests, at most 3 in one minute");
  await opensUntilItSays(dashboard, "hour", old, "3 requests, at most 2 in one minute");
  return { old, current };
}

/** The numbers in the table of a chart, the latest first. */
async function numbers(figure: Locator): Promise<string[]> {
  await figure.getByText("The same numbers in a table").click();
  return figure.getByRole("row").getByRole("cell").filter({ hasNotText: ":" }).allInnerTexts();
}

test("an owner sees who still uses a retiring pair, in a chart and in a table", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const { old, current } = await bothPairsUsed(demo, dashboard);
  await expect(chart(dashboard, current)).toContainText("Current");
  await expect(chart(dashboard, old)).toContainText("Retiring");
  await expect(chart(dashboard, current).locator("rect")).toHaveCount(1);
  await expect(chart(dashboard, old).locator("rect")).toHaveCount(2);
  expect(await numbers(chart(dashboard, old))).toEqual(["1", "2"]);
  expect(await numbers(chart(dashboard, current))).toEqual(["3"]);

  const warning = page.getByRole("region", { name: "A retiring pair is still being used" });
  await expect(warning).toContainText(old.keyId);
  await expect(warning).not.toContainText(current.keyId);

  await page.getByRole("link", { name: "Last 30 days", exact: true }).click();
  await expect(page.getByRole("link", { name: "Last 30 days", exact: true })).toHaveAttribute("aria-current", "true");
  await expect(chart(dashboard, old)).toContainText("3 requests, at most 3 in 24 hours");
  await expect(page).toHaveURL(/usage=month/);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the charts can be read by everybody, on a phone too (${colorScheme})`, async ({ page, demo, dashboardOf }) => {
    await page.emulateMedia({ colorScheme });
    const dashboard = dashboardOf(RAZORPAY);
    await bothPairsUsed(demo, dashboard);
    for (const summary of await page.getByText(/The same numbers in a table|Where it was last seen/).all()) {
      await summary.click();
    }
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const found = await new AxeBuilder({ page }).analyze();
      expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the charts, their tables and their spans are there all the same", async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(RAZORPAY);
    const { old } = await bothPairsUsed(demo, dashboard);
    await expect(chart(dashboard, old).locator("rect")).toHaveCount(2);
    expect(await numbers(chart(dashboard, old))).toEqual(["1", "2"]);
    await page.getByRole("link", { name: "Last 24 hours", exact: true }).click();
    await expect(chart(dashboard, old)).toContainText("in half an hour");
  });
});
