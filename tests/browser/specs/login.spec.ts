// Logging in: password, then a code by SMS where two-factor is on; refusals say what to do.

import { BRANDS, RAZORPAY, liveAccount, member } from "../brands.js";
import { Dashboard, mobileOf } from "../dashboard.js";
import { codeIn, otherCode } from "../demo.js";
import { expect, test } from "../story.js";

const HALF_A_MINUTE = 30_000;

for (const brand of BRANDS) {
  test(`an owner of ${brand.name} logs in with password and OTP, and out again`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    const owner = member(liveAccount(demo, brand), "owner");
    expect(owner.two_factor).toBe(true);

    await dashboard.sendPassword(owner);
    await expect(dashboard.field("OTP")).toBeVisible();
    await expect(dashboard.button("Log out")).toHaveCount(0);
    const sms = await demo.nextSms(mobileOf(owner));
    await dashboard.answerOtp(codeIn(sms));

    await expect(page.getByRole("banner")).toContainText(brand.name);
    await expect(page).toHaveTitle(new RegExp(` · ${brand.dashboardName}$`));
    await expect(page.getByRole("link", { name: "Account & Settings", exact: true })).toBeVisible();
    await expect(page.getByRole("link", { name: "Help", exact: true })).toBeVisible();

    await dashboard.logOut();
    await page.goto(dashboard.url("/test/keys"));
    await expect(dashboard.button("Log in")).toBeVisible();
  });

  test(`a member of ${brand.name} without two-factor needs the password only`, async ({ demo, dashboardOf }) => {
    const admin = member(liveAccount(demo, brand), "admin");
    expect(admin.two_factor).toBe(false);
    await dashboardOf(brand).logIn(admin);
  });
}

test("a wrong password and an unknown e-mail address get the same answer", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const owner = member(liveAccount(demo, RAZORPAY), "owner");

  const answers: string[] = [];
  for (const stranger of [{ ...owner, password: "not the password" }, { ...owner, email: "nobody@example.com" }]) {
    await dashboard.sendPassword(stranger);
    await dashboard.expectAlert(/not right/i);
    answers.push(await page.getByRole("alert").innerText());
  }
  expect(answers[0]).toBe(answers[1]);
  expect(demo.smsTo(mobileOf(owner))).toHaveLength(0);
});

test("a wrong OTP is refused with the number of attempts left, and the right one still works", async ({ demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const owner = member(liveAccount(demo, RAZORPAY), "owner");
  await dashboard.sendPassword(owner);
  const code = await demo.nextCode(mobileOf(owner));

  await dashboard.answerOtp(otherCode(code));
  await dashboard.expectAlert(/not right.*4 attempts left/i);
  await dashboard.answerOtp(otherCode(code));
  await dashboard.expectAlert(/not right.*3 attempts left/i);
  await dashboard.answerOtp(code);
  await expect(dashboard.button("Log out")).toBeVisible();
});

test("a code works once: it does not log in a second browser", async ({ browser, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const owner = member(liveAccount(demo, RAZORPAY), "owner");
  await dashboard.sendPassword(owner);
  const code = await demo.nextCode(mobileOf(owner));
  await dashboard.answerOtp(code);
  await expect(dashboard.button("Log out")).toBeVisible();

  demo.moveClock(HALF_A_MINUTE + 1000);
  const other = await browser.newContext();
  const thief = new Dashboard(await other.newPage(), demo, RAZORPAY);
  await thief.sendPassword(owner);
  await expect(thief.field("OTP")).toBeVisible();
  await thief.answerOtp(code);
  await thief.expectAlert(/not right/i);
  await other.close();
});

test("Resend OTP keeps to its pause and makes the earlier code worthless", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const owner = member(liveAccount(demo, RAZORPAY), "owner");
  await dashboard.sendPassword(owner);
  const first = await demo.nextCode(mobileOf(owner));

  await dashboard.button("Resend OTP").click();
  await expect(page.getByText(/\bsecond/).first()).toBeVisible();
  expect(demo.smsTo(mobileOf(owner))).toHaveLength(1);

  demo.moveClock(HALF_A_MINUTE + 1000);
  await dashboard.button("Resend OTP").click();
  const second = await demo.nextCode(mobileOf(owner));
  if (first !== second) {
    await dashboard.answerOtp(first);
    await dashboard.expectAlert(/not right/i);
  }
  await dashboard.answerOtp(second);
  await expect(dashboard.button("Log out")).toBeVisible();
});

test("a code ends after five minutes, and the page says so", async ({ demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const owner = member(liveAccount(demo, RAZORPAY), "owner");
  await dashboard.sendPassword(owner);
  const code = await demo.nextCode(mobileOf(owner));

  demo.moveClock(5 * 60_000);
  await dashboard.answerOtp(code);
  await dashboard.expectAlert(/expired/i);

  await dashboard.button("Resend OTP").click();
  await dashboard.answerOtp(await demo.nextCode(mobileOf(owner)));
  await expect(dashboard.button("Log out")).toBeVisible();
});

test("the sample's messages can be read on its own page", async ({ page, demo, dashboardOf }) => {
  const owner = member(liveAccount(demo, RAZORPAY), "owner");
  await dashboardOf(RAZORPAY).sendPassword(owner);
  const sms = await demo.nextSms(mobileOf(owner));

  await page.goto(new URL("/demo/messages", demo.publicUrl).href);
  await expect(page.getByText(sms.text, { exact: true })).toBeVisible();
});
