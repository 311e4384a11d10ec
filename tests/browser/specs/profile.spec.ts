// Your Profile: a mobile number is proved, and two-factor is turned on and off with password and code.

import { RAZORPAY, liveAccount, member } from "../brands.js";
import { mobileOf } from "../dashboard.js";
import { expect, test } from "../story.js";

// Between two SMS to a number there are 30 seconds, so each further code of a story needs the clock moved.
const PAUSE = 31_000;

test("an admin verifies a number, turns two-factor on, is asked for a code at login, and turns it off", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const admin = member(liveAccount(demo, RAZORPAY), "admin");
  const mobile = RAZORPAY.newMobile;
  await dashboard.logIn(admin);

  await page.goto(dashboard.url("/test/profile"));
  await expect(dashboard.button("Turn on two-factor")).toHaveCount(0);
  await dashboard.verifyMobile(admin, mobile);

  demo.moveClock(PAUSE);
  await page.goto(dashboard.url("/test/profile"));
  await dashboard.field("Password").fill(admin.password);
  await dashboard.button("Turn on two-factor").click();
  await dashboard.answerOtp(await demo.nextCode(mobile));
  await page.goto(dashboard.url("/test/profile"));
  await expect(dashboard.button("Turn off two-factor")).toBeVisible();
  await dashboard.logOut();

  demo.moveClock(PAUSE);
  await dashboard.logIn({ ...admin, mobile, two_factor: true });

  demo.moveClock(PAUSE);
  await page.goto(dashboard.url("/test/profile"));
  await dashboard.field("Password").fill(admin.password);
  await dashboard.button("Turn off two-factor").click();
  await dashboard.answerOtp(await demo.nextCode(mobile));
  await page.goto(dashboard.url("/test/profile"));
  await expect(dashboard.button("Turn on two-factor")).toBeVisible();
});

test("an owner who turned two-factor off logs in by password and needs a code to regenerate", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const owner = member(liveAccount(demo, RAZORPAY), "owner");
  const mobile = mobileOf(owner);
  await dashboard.logIn(owner);
  await dashboard.generateKey("Live");

  demo.moveClock(PAUSE);
  await page.goto(dashboard.url("/test/profile"));
  await dashboard.field("Password").fill(owner.password);
  await dashboard.button("Turn off two-factor").click();
  await dashboard.answerOtp(await demo.nextCode(mobile));
  await page.goto(dashboard.url("/test/profile"));
  await expect(dashboard.button("Turn on two-factor")).toBeVisible();
  await dashboard.logOut();

  demo.moveClock(PAUSE);
  await dashboard.logIn({ ...owner, two_factor: false });
  await dashboard.openApiKeys("Live");
  await dashboard.button("Regenerate Key").click();
  const sms = await demo.nextSms(mobile);
  expect(sms.text).toMatch(/regenerate/i);
  await dashboard.answerOtp(sms.text.match(/\d{6}/)?.[0] ?? "");
  await expect(dashboard.choice("immediately")).toBeVisible();
});

test("two-factor does not change on a wrong password", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const owner = member(liveAccount(demo, RAZORPAY), "owner");
  await dashboard.logIn(owner);
  await page.goto(dashboard.url("/test/profile"));
  await dashboard.field("Password").fill("not the password");
  await dashboard.button("Turn off two-factor").click();
  await dashboard.expectAlert(/password/i);
  expect(demo.smsTo(mobileOf(owner))).toHaveLength(1);
});

test("a member sees where they are logged in and ends the other session", async ({ page, browser, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const admin = member(liveAccount(demo, RAZORPAY), "admin");
  const other = await browser.newContext();
  const elsewhere = await other.newPage();
  await elsewhere.goto(dashboard.url("/login"));
  await elsewhere.getByLabel("Email", { exact: true }).fill(admin.email);
  await elsewhere.getByLabel("Password", { exact: true }).fill(admin.password);
  await elsewhere.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(elsewhere.getByRole("button", { name: "Log out", exact: true })).toBeVisible();

  await dashboard.logIn(admin);
  await page.goto(dashboard.url("/test/profile"));
  await dashboard.button("Log out this device").click();
  await expect(dashboard.button("Log out this device")).toHaveCount(0);
  await elsewhere.goto(dashboard.url("/test/keys"));
  await expect(elsewhere.getByRole("button", { name: "Log in", exact: true })).toBeVisible();
  await expect(dashboard.button("Log out")).toBeVisible();
  await other.close();
});
