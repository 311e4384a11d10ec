// Only owner and admin see and change keys; everybody else is told whom to ask.

import { BRANDS, RAZORPAY, liveAccount, member } from "../brands.js";
import { expect, test } from "../story.js";

const DENIED = "Permission Denied. Please contact the owner.";

for (const brand of BRANDS) {
  test(`every other role of ${brand.name} is refused the API Keys page`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    const others = liveAccount(demo, brand).members.filter(({ role }) => !["owner", "admin"].includes(role));
    expect(others.length).toBeGreaterThanOrEqual(brand.country === "MY" ? 5 : 6);

    for (const other of others) {
      await dashboard.logIn(other);
      for (const mode of ["test", "live"]) {
        const answer = await page.goto(dashboard.url(`/${mode}/keys`));
        expect(answer?.status(), other.role).toBe(403);
        await expect(page.getByText(DENIED, { exact: true })).toBeVisible();
        await expect(dashboard.button("Generate Key")).toHaveCount(0);
      }
      await dashboard.logOut();
    }
  });
}

test("a refused role does not learn which keys there are", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const account = liveAccount(demo, RAZORPAY);
  await dashboard.logIn(member(account, "admin"));
  const pair = await dashboard.generateKey("Live");
  await dashboard.logOut();

  await dashboard.logIn(member(account, "support"));
  await page.goto(dashboard.url("/live/keys"));
  await expect(page.getByText(DENIED, { exact: true })).toBeVisible();
  expect(await page.content()).not.toContain(pair.keyId);
});

test("only the owner manages the team", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const account = liveAccount(demo, RAZORPAY);
  await dashboard.logIn(member(account, "admin"));
  await dashboard.openSettings();
  await expect(page.getByRole("link", { name: "Manage Team", exact: true })).toHaveCount(0);
  await dashboard.logOut();

  await dashboard.logIn(member(account, "owner"));
  await dashboard.openSettings();
  await page.getByRole("link", { name: "Manage Team", exact: true }).click();
  for (const { email } of account.members) {
    await expect(page.getByText(email, { exact: true })).toBeVisible();
  }
});
