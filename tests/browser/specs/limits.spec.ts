// Limits of a key: changed by owner and admin, felt by the next request, lost by no error.

import { BRANDS, RAZORPAY, liveAccount, member } from "../brands.js";
import type { Dashboard } from "../dashboard.js";
import { expect, test } from "../story.js";

/** From anywhere to the limits of the key of a mode. */
async function openLimits(dashboard: Dashboard): Promise<void> {
  await dashboard.openApiKeys("Live");
  await dashboard.page.getByRole("link", { name: "Limits", exact: true }).click();
  await expect(dashboard.page.getByRole("heading", { name: "Limits", level: 1 })).toBeVisible();
}

async function fill(dashboard: Dashboard, perSecond: string, perDay: string, addresses: string): Promise<void> {
  await dashboard.field("Requests per second").fill(perSecond);
  await dashboard.field("Requests per day").fill(perDay);
  await dashboard.field("Allowed addresses").fill(addresses);
  await dashboard.button("Save").click();
}

for (const brand of BRANDS) {
  test(`an owner of ${brand.name} limits a key, and the gateway keeps to it at once`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    await dashboard.logIn(member(liveAccount(demo, brand), "owner"));
    const pair = await dashboard.generateKey("Live");
    expect((await demo.authenticateFrom(pair, "198.51.100.1")).status).toBe(200);

    await openLimits(dashboard);
    await expect(page.getByText("198.51.100.1")).toBeVisible();
    await fill(dashboard, "", "2", "203.0.113.0/24\n2001:db8::/32");
    await expect(page.getByText("The limits were saved.")).toBeVisible();

    const stranger = await demo.authenticateFrom(pair, "198.51.100.1");
    expect(stranger.status).toBe(403);
    expect(await stranger.json()).toEqual({
      error: { code: "BAD_REQUEST_ERROR", description: "This address is not allowed to use this key" },
    });
    const first = await demo.authenticateFrom(pair, "203.0.113.9");
    expect(first.status).toBe(200);
    expect(first.headers.get("ratelimit-policy")).toBe('"day";q=2;w=86400');
    expect(first.headers.get("ratelimit")).toMatch(/^"day";r=1;t=\d+$/);
    expect((await demo.authenticateFrom(pair, "2001:db8::9")).status).toBe(200);
    const third = await demo.authenticateFrom(pair, "203.0.113.9");
    expect(third.status).toBe(429);
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);

    // Regenerating resets nothing.
    await dashboard.openApiKeys("Live");
    await dashboard.beginRegenerate();
    const current = await dashboard.confirmRegenerate("immediately");
    await dashboard.closeDialog();
    expect((await demo.authenticateFrom(current, "203.0.113.9")).status).toBe(429);

    await openLimits(dashboard);
    await expect(page.getByText("2 requests since midnight UTC")).toBeVisible();
    await fill(dashboard, "", "", "");
    await expect(page.getByText("The limits were saved.")).toBeVisible();
    expect((await demo.authenticateFrom(current, "198.51.100.1")).status).toBe(200);

    await page.goto(dashboard.url("/live/refusals"));
    await expect(page.getByText("An address that is not allowed").first()).toBeVisible();
    await expect(page.getByText("The day’s requests were used up").first()).toBeVisible();
  });
}

test("what is wrong is named, and nothing that was typed is lost", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "owner"));
  await dashboard.generateKey("Live");
  await openLimits(dashboard);
  await fill(dashboard, "10", "ten thousand", "192.0.2.7/24");
  await dashboard.expectAlert(/Nothing was saved/);
  await expect(page.getByText("Enter a whole number from 1 to 86400000000")).toBeVisible();
  await expect(dashboard.field("Requests per day")).toHaveValue("ten thousand");
  await dashboard.field("Requests per day").fill("10000");
  await dashboard.button("Save").click();
  await expect(page.getByText("Write 192.0.2.0/24 for the whole network")).toBeVisible();
  await expect(dashboard.field("Requests per second")).toHaveValue("10");
  await expect(dashboard.field("Allowed addresses")).toHaveValue("192.0.2.7/24");
  await dashboard.field("Allowed addresses").fill("192.0.2.0/24");
  await dashboard.button("Save").click();
  await expect(page.getByText("The limits were saved.")).toBeVisible();
});

test("an admin without a code at login is asked for one, and view-only is refused", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  const account = liveAccount(demo, RAZORPAY);
  const admin = member(account, "admin");
  await dashboard.logIn(admin);
  await dashboard.generateKey("Live");
  await openLimits(dashboard);
  const address = page.url();
  await expect(dashboard.button("Save")).toHaveCount(0);
  await dashboard.button("Change limits").click();
  await dashboard.verifyMobile(admin, "+91 98765 00099");
  await fill(dashboard, "5", "", "");
  await expect(page.getByText("The limits were saved.")).toBeVisible();
  await dashboard.logOut();

  await dashboard.logIn(member(account, "view-only"));
  const answer = await page.goto(address);
  expect(answer?.status()).toBe(403);
  await expect(page.getByText("Permission Denied. Please contact the owner.", { exact: true })).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("limits are changed with a form alone", async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(RAZORPAY);
    await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "owner"));
    const pair = await dashboard.generateKey("Live");
    await openLimits(dashboard);
    await fill(dashboard, "1", "", "");
    await expect(page.getByText("The limits were saved.")).toBeVisible();
    const told = await Promise.all([1, 2, 3, 4].map(() => demo.authenticateFrom(pair, "203.0.113.9")));
    expect(told.map(({ status }) => status).filter((status) => status === 429).length).toBeGreaterThanOrEqual(2);
  });
});
