// Generating a key: the pair is shown once, can be copied and downloaded, and works from that moment on.

import { readFile } from "node:fs/promises";

import { BRANDS, RAZORPAY, liveAccount, member, newAccount } from "../brands.js";
import type { Mode } from "../dashboard.js";
import { expect, test } from "../story.js";

const COLUMNS = ["Key Id", "Created at", "Expiry", "Status", "Last used"];

for (const brand of BRANDS) {
  for (const mode of ["Test", "Live"] as Mode[]) {
    test(`an owner of ${brand.name} generates a ${mode} key that works in its mode only`, async ({ page, context, demo, dashboardOf }) => {
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      const dashboard = dashboardOf(brand);
      await dashboard.logIn(member(liveAccount(demo, brand), "owner"));
      await dashboard.openApiKeys(mode);
      await expect(page.getByRole("table")).toHaveCount(0);

      const pair = await dashboard.generate();
      expect(pair.keyId).toMatch(new RegExp(`^[a-z][a-z0-9]+_${mode.toLowerCase()}_[0-9A-Za-z]{14}$`));
      expect(pair.keySecret).toMatch(/^[0-9A-Za-z]{24}$/);
      await expect(dashboard.dialog).toContainText(/only this once|shown once/i);

      await dashboard.button("Copy Key Id").click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(pair.keyId);
      await dashboard.button("Copy Key Secret").click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(pair.keySecret);

      const started = page.waitForEvent("download");
      await dashboard.dialog.getByText("Download Key Details").click();
      const download = await started;
      const prefix = pair.keyId.split("_")[0];
      expect(download.suggestedFilename()).toBe(`${prefix}-key.csv`);
      const content = await readFile(await download.path(), "utf8");
      expect(content.replaceAll("\r\n", "\n")).toBe(`key_id,key_secret\n${pair.keyId},${pair.keySecret}\n`);

      const [thisMode, otherMode] = mode === "Live" ? (["live", "test"] as const) : (["test", "live"] as const);
      expect(await demo.authenticate(pair)).toBe(200);
      expect(await demo.authenticate(pair, thisMode)).toBe(200);
      expect(await demo.authenticate(pair, otherMode)).toBe(401);

      await dashboard.closeDialog();
      await expect(page.getByRole("columnheader")).toContainText(COLUMNS);
      await expect(dashboard.row(pair)).toContainText("Never");
      await expect(dashboard.button("Regenerate Key")).toBeVisible();
      await expect(dashboard.button("Generate Key")).toHaveCount(0);
      expect(await page.content()).not.toContain(pair.keySecret);

      await page.reload();
      await expect(dashboard.row(pair)).toBeVisible();
      expect(await page.content()).not.toContain(pair.keySecret);

      await dashboard.switchTo(mode === "Live" ? "Test" : "Live");
      await expect(page.getByText(pair.keyId)).toHaveCount(0);
    });
  }

  test(`an account of ${brand.name} that is not activated is told what is missing for Live, and has Test`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    await dashboard.logIn(member(newAccount(demo, brand), "owner"));
    await dashboard.openApiKeys("Live");
    await expect(dashboard.button("Generate Key")).toHaveCount(0);
    await expect(page.getByRole("main")).toContainText(/activat/i);
    const ways = page.getByRole("main").getByRole("link");
    expect(await ways.count()).toBeGreaterThan(0);
    await ways.first().click();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

    await dashboard.generateKey("Test");
  });
}

test("an admin who never verified a number generates keys without an OTP", async ({ demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "admin"));
  expect(await demo.authenticate(await dashboard.generateKey("Live"))).toBe(200);
});

test("Esc does not lose a pair that was not saved yet", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "admin"));
  await dashboard.openApiKeys("Test");
  const pair = await dashboard.generate();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  expect(await dashboard.shownPair()).toEqual(pair);
});

test("the table shows when a pair was used last", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "admin"));
  const pair = await dashboard.generateKey("Test");
  await expect(dashboard.row(pair).locator("time")).toHaveCount(1);

  expect(await demo.authenticate(pair)).toBe(200);
  await expect(async () => {
    await page.reload();
    await expect(dashboard.row(pair).locator("time")).toHaveCount(2, { timeout: 500 });
  }).toPass();
});

test("a refused request is explained to the owner, who alone learns the true reason", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "admin"));
  const pair = await dashboard.generateKey("Test");
  expect(await demo.authenticate({ ...pair, keySecret: "0".repeat(24) })).toBe(401);

  const reasons = page.getByRole("region", { name: "Why was a request refused?" });
  await expect(async () => {
    await page.reload();
    await expect(reasons.getByText(pair.keyId)).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(reasons).toContainText(/secret/i);
});

for (const zone of ["America/New_York", "Pacific/Auckland"]) {
  test.describe(`for a reader in ${zone}`, () => {
    test.use({ timezoneId: zone });

    test("moments are printed in that zone", async ({ demo, dashboardOf }) => {
      const dashboard = dashboardOf(RAZORPAY);
      await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "admin"));
      const pair = await dashboard.generateKey("Test");
      const created = dashboard.row(pair).locator("time").first();

      const moment = new Date((await created.getAttribute("datetime")) ?? "");
      const part = (options: Intl.DateTimeFormatOptions) =>
        new Intl.DateTimeFormat("en", { timeZone: zone, ...options }).format(moment);
      const hour = part({ hour: "numeric", hour12: true }).split(/\s/)[0];
      const minute = String(moment.getUTCMinutes()).padStart(2, "0");
      await expect(created).toContainText(new RegExp(`\\b${part({ day: "numeric" })}\\b.*\\b${hour}:${minute}\\b`));
    });
  });
}
