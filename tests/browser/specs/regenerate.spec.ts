// Regenerating a key: the OTP exactly when it is due, the two choices, and the old pair stopping exactly when promised.

import { BRANDS, RAZORPAY, liveAccount, member } from "../brands.js";
import { Dashboard, type When } from "../dashboard.js";
import { otherCode } from "../demo.js";
import { expect, test } from "../story.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

for (const brand of BRANDS) {
  test(`${brand.name}: after an OTP at login the owner regenerates without another, and the old key ends at once`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    const owner = member(liveAccount(demo, brand), "owner");
    await dashboard.logIn(owner);
    const old = await dashboard.generateKey("Live");

    await dashboard.beginRegenerate();
    await expect(dashboard.field("OTP")).toHaveCount(0);
    const current = await dashboard.confirmRegenerate("immediately");
    expect(await demo.authenticate(old)).toBe(401);
    expect(await demo.authenticate(current)).toBe(200);
    expect(current.keyId).not.toBe(old.keyId);
    expect(current.keySecret).not.toBe(old.keySecret);

    await dashboard.closeDialog();
    await expect(dashboard.row(current)).toContainText("Current");
    await expect(dashboard.deactivateNow).toHaveCount(0);
    expect(await page.content()).not.toContain(current.keySecret);
    expect(demo.smsTo(owner.mobile ?? "")).toHaveLength(1);
  });

  test(`${brand.name}: in 24 hours both keys work until the moment the page names, and then only the new one`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    await dashboard.logIn(member(liveAccount(demo, brand), "owner"));
    const old = await dashboard.generateKey("Test");

    await dashboard.beginRegenerate();
    await expect(page.getByRole("main").locator("time").first()).toBeVisible();
    const current = await dashboard.confirmRegenerate("in 24 hours");
    await expect(dashboard.dialog).toContainText(old.keyId);
    await dashboard.closeDialog();

    await expect(dashboard.row(current)).toContainText("Current");
    await expect(dashboard.row(old)).toContainText("Works until");
    const until = Date.parse((await dashboard.row(old).locator("time").last().getAttribute("datetime")) ?? "");
    const inADay = Date.now() + DAY;
    expect(Math.abs(until - inADay)).toBeLessThan(2 * MINUTE);

    expect(await demo.authenticate(old)).toBe(200);
    demo.moveClock(DAY - 2 * MINUTE);
    expect(await demo.authenticate(old)).toBe(200);
    expect(await demo.authenticate(current)).toBe(200);
    demo.moveClock(2 * MINUTE);
    expect(await demo.authenticate(old)).toBe(401);
    expect(await demo.authenticate(current)).toBe(200);
  });

  test(`${brand.name}: a retiring pair can be ended early, with a last look before`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    await dashboard.logIn(member(liveAccount(demo, brand), "owner"));
    const old = await dashboard.generateKey("Test");
    await dashboard.beginRegenerate();
    const current = await dashboard.confirmRegenerate("in 24 hours");
    await dashboard.closeDialog();

    await dashboard.deactivateNow.click();
    await expect(page.getByRole("main")).toContainText(old.keyId);
    expect(await demo.authenticate(old)).toBe(200);
    await dashboard.deactivateNow.click();
    await expect(page.getByRole("heading", { name: "API Keys", level: 1 })).toBeVisible();

    expect(await demo.authenticate(old)).toBe(401);
    expect(await demo.authenticate(current)).toBe(200);
    await expect(dashboard.deactivateNow).toHaveCount(0);
  });

  for (const when of ["immediately", "in 24 hours"] as When[]) {
    test(`${brand.name}: an admin without a verified number verifies one first, then regenerates (${when})`, async ({ page, demo, dashboardOf }) => {
      const dashboard = dashboardOf(brand);
      const admin = member(liveAccount(demo, brand), "admin");
      await dashboard.logIn(admin);
      const old = await dashboard.generateKey("Live");

      await dashboard.button("Regenerate Key").click();
      await expect(dashboard.field("Mobile number")).toBeVisible();
      await dashboard.verifyMobile(admin, brand.newMobile);

      await expect(dashboard.choice("immediately")).not.toBeChecked();
      await expect(dashboard.choice("in 24 hours")).not.toBeChecked();
      const current = await dashboard.confirmRegenerate(when);
      expect(await demo.authenticate(old)).toBe(when === "immediately" ? 401 : 200);
      expect(await demo.authenticate(current)).toBe(200);
      await dashboard.closeDialog();

      // Next time the number is known and only the code is asked for.
      demo.moveClock(31 * SECOND);
      await page.getByRole("button", { name: "Regenerate Key" }).click();
      await dashboard.answerOtp(await demo.nextCode(brand.newMobile));
      await expect(dashboard.choice("immediately")).toBeVisible();
    });
  }
}

test("the wrong password does not put a number on an account", async ({ demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const admin = member(liveAccount(demo, RAZORPAY), "admin");
  await dashboard.logIn(admin);
  await dashboard.generateKey("Live");
  await dashboard.button("Regenerate Key").click();

  await dashboard.field("Mobile number").fill(RAZORPAY.newMobile);
  await dashboard.field("Password").fill("not the password");
  await dashboard.button("Send OTP").click();
  await dashboard.expectAlert(/password/i);
  expect(demo.smsTo(RAZORPAY.newMobile)).toHaveLength(0);
  await expect(dashboard.field("Mobile number")).toHaveValue(RAZORPAY.newMobile);
});

test("a number that is none is explained where it was typed", async ({ demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const admin = member(liveAccount(demo, RAZORPAY), "admin");
  await dashboard.logIn(admin);
  await dashboard.generateKey("Live");
  await dashboard.button("Regenerate Key").click();

  await dashboard.field("Mobile number").fill("12345");
  await dashboard.field("Password").fill(admin.password);
  await dashboard.button("Send OTP").click();
  await dashboard.expectAlert(/number/i);
});

test("a wrong OTP does not let anybody regenerate, and the SMS names the action", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const admin = member(liveAccount(demo, RAZORPAY), "admin");
  await dashboard.logIn(admin);
  const old = await dashboard.generateKey("Live");
  await dashboard.button("Regenerate Key").click();
  await dashboard.verifyMobile(admin, RAZORPAY.newMobile);
  await dashboard.confirmRegenerate("in 24 hours");
  await dashboard.closeDialog();

  demo.moveClock(31 * SECOND);
  await page.getByRole("button", { name: "Deactivate now" }).click();
  const sms = await demo.nextSms(RAZORPAY.newMobile);
  expect(sms.text).toMatch(/deactivate/i);
  expect(sms.text).toMatch(/live/i);
  const code = sms.text.match(/\d{6}/)?.[0] ?? "";
  await dashboard.answerOtp(otherCode(code));
  await dashboard.expectAlert(/not right/i);
  expect(await demo.authenticate(old)).toBe(200);

  await dashboard.answerOtp(code);
  await dashboard.deactivateNow.click();
  await expect(page.getByRole("heading", { name: "API Keys", level: 1 })).toBeVisible();
  expect(await demo.authenticate(old)).toBe(401);
});

test("while a pair is retiring, 24 hours cannot be chosen again, and the retiring pair can be ended too", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "owner"));
  const first = await dashboard.generateKey("Test");
  await dashboard.beginRegenerate();
  const second = await dashboard.confirmRegenerate("in 24 hours");
  await dashboard.closeDialog();

  await dashboard.beginRegenerate();
  await expect(dashboard.choice("in 24 hours")).toBeDisabled();
  await expect(page.getByRole("main")).toContainText(first.keyId);
  await page.getByRole("checkbox", { name: new RegExp(first.keyId) }).check();
  const third = await dashboard.confirmRegenerate("immediately");

  expect(await demo.authenticate(first)).toBe(401);
  expect(await demo.authenticate(second)).toBe(401);
  expect(await demo.authenticate(third)).toBe(200);
});

test("of two people who regenerate the same pair one wins, and the other is told who", async ({ context, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "owner"));
  await dashboard.generateKey("Test");
  await dashboard.beginRegenerate();

  const second = new Dashboard(await context.newPage(), demo, RAZORPAY);
  await second.page.goto(second.url("/test/keys"));
  await second.beginRegenerate();

  const winner = await dashboard.confirmRegenerate("immediately");
  await second.choice("immediately").check();
  await second.button("Regenerate Key").click();
  await expect(second.page.getByRole("main")).toContainText(winner.keyId);
  await expect(second.dialog).toHaveCount(0);
  expect(await demo.authenticate(winner)).toBe(200);
});

test("Cancel changes nothing", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "owner"));
  const pair = await dashboard.generateKey("Test");
  await dashboard.beginRegenerate();
  await page.getByRole("link", { name: "Cancel", exact: true }).click();
  await expect(dashboard.row(pair)).toContainText("Current");
  expect(await demo.authenticate(pair)).toBe(200);
});
