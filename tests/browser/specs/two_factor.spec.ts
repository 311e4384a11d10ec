// Two-factor's whole life in a browser: an app from its picture to its backup codes, and a password that was forgotten.

import { shownBy } from "../authenticator.js";
import { RAZORPAY, liveAccount, member } from "../brands.js";
import { mobileOf } from "../dashboard.js";
import { expect, test } from "../story.js";

const PAUSE = 31_000;
const MINUTE = 60_000;

test("an owner sets up an authenticator app, logs in with it, and once with a backup code", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const owner = member(liveAccount(demo, RAZORPAY), "owner");
  await dashboard.logIn(owner);
  demo.moveClock(PAUSE);
  await page.goto(dashboard.url("/test/profile"));
  await page.getByRole("link", { name: "Set up an authenticator app", exact: true }).click();
  await dashboard.button("Send OTP").click();
  await dashboard.answerOtp(await demo.nextCode(mobileOf(owner)));
  await dashboard.field("Password").fill(owner.password);
  await dashboard.button("Set up").click();
  await expect(page.getByRole("img", { name: /Picture to scan/ })).toBeVisible();
  const key = await page.getByTestId("totp-secret").innerText();
  await dashboard.answerOtp(shownBy(key, demo.now));
  await expect(page.getByTestId("backup-code")).toHaveCount(10);
  const backup = await page.getByTestId("backup-code").first().innerText();
  await page.getByRole("link", { name: "I have written them down", exact: true }).click();
  await expect(page.getByText("You have 10 backup codes left.")).toBeVisible();
  await dashboard.logOut();

  demo.moveClock(MINUTE);
  const sent = demo.smsTo(mobileOf(owner)).length;
  await dashboard.sendPassword(owner);
  await dashboard.answerOtp(shownBy(key, demo.now));
  await expect(dashboard.button("Log out")).toBeVisible();
  await dashboard.logOut();

  await dashboard.sendPassword(owner);
  await page.getByRole("link", { name: "Use a backup code", exact: true }).click();
  await dashboard.field("Backup code").fill(backup);
  await dashboard.button("Verify").click();
  await expect(dashboard.button("Log out")).toBeVisible();
  expect(demo.smsTo(mobileOf(owner))).toHaveLength(sent);
});

test("an admin who forgot the password sets another one through the link in the letter", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const admin = member(liveAccount(demo, RAZORPAY), "admin");
  await page.goto(dashboard.url("/login"));
  await page.getByRole("link", { name: "Forgot your password?", exact: true }).click();
  await dashboard.field("Email").fill(admin.email);
  await dashboard.button("Send the link").click();
  await expect(page.getByRole("status").filter({ hasText: "a link is on its way" })).toBeVisible();

  const link = dashboard.url(await demo.resetLink(admin.email));
  await page.goto(link);
  await dashboard.field("New password").fill("a lantern in the tall grass");
  await dashboard.button("Set password").click();
  await expect(page.getByText("Your new password is set.")).toBeVisible();
  await dashboard.logIn({ ...admin, password: "a lantern in the tall grass" });
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link works no more" })).toBeVisible();
});
