// Each brand shows itself under its own name and in its own order.

import { AxeBuilder } from "@axe-core/playwright";

import { AXIS, BRANDS, RAZORPAY, liveAccount, member } from "../brands.js";
import { expect, test } from "../story.js";

for (const brand of BRANDS) {
  test(`Account & Settings of ${brand.name} lists API Keys where its help page says`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    await dashboard.logIn(member(liveAccount(demo, brand), "admin"));
    await dashboard.openSettings();

    const group = page.getByRole("region", { name: "Website and app settings" });
    if (brand.isGrouped) {
      await expect(group.getByRole("link", { name: "API Keys", exact: true })).toBeVisible();
      await expect(group.getByRole("link", { name: "Business website details", exact: true })).toBeVisible();
    } else {
      await expect(page.getByText("Website and app settings")).toHaveCount(0);
      await expect(page.getByRole("main").getByRole("link", { name: "API Keys", exact: true })).toBeVisible();
    }
    await expect(page.getByRole("main").getByRole("link", { name: "Your Profile", exact: true })).toBeVisible();

    await page.getByRole("link", { name: "API Keys", exact: true }).click();
    await expect(page).toHaveTitle(`API Keys · ${brand.dashboardName}`);
  });

  test(`every page of ${brand.name} that a settings link leads to opens`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    await dashboard.logIn(member(liveAccount(demo, brand), "owner"));
    await dashboard.openSettings();
    const links = await page.getByRole("main").getByRole("link").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      const answer = await page.goto(link);
      expect(answer?.status(), link).toBe(200);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    }
  });

  test(`Help of ${brand.name} speaks of this brand and no other`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    await dashboard.logIn(member(liveAccount(demo, brand), "owner"));
    await page.getByRole("link", { name: "Help", exact: true }).click();

    const help = page.getByRole("main");
    await expect(help).toContainText("Generate Key");
    await expect(help).toContainText(`${brand.deactivate} old key immediately`);
    await expect(help).toContainText(`${brand.deactivate} old key in 24 hours`);
    if (brand.isGrouped) await expect(help).toContainText("Website and app settings");
    else await expect(help).not.toContainText("Website and app settings");
    for (const other of BRANDS.filter((candidate) => candidate !== brand)) {
      await expect(help).not.toContainText(other.name);
    }
  });
}

for (const brand of BRANDS) {
  test(`every link on the help pages of ${brand.name} leads somewhere, and axe finds nothing on any of them`, async ({ page, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    const left = [dashboard.url("/help")];
    const seen = new Set(left);
    for (let address = left.pop(); address; address = left.pop()) {
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(200);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), address).toEqual([]);
      const links = await page.getByRole("main").getByRole("link").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
      for (const link of links.filter((link) => link.startsWith(dashboard.url("/help")))) {
        const [path, anchor] = link.split("#");
        if (anchor && path === address.split("#")[0]) await expect(page.locator(`[id="${anchor}"]`), link).toHaveCount(1);
        if (!seen.has(path)) left.push(path);
        seen.add(path);
      }
    }
    expect(seen.size).toBeGreaterThan(6);
  });
}

test("the answer about Live keys is where the platform's own page says", async ({ page, dashboardOf }) => {
  await page.goto(dashboardOf(RAZORPAY).url("/help/payments/dashboard/faqs#2-i-cannot-generate-live-mode-api-keys"));
  await expect(page.getByRole("heading", { name: "2. I cannot generate live mode API keys" })).toBeInViewport();
});

test("examples in several languages are chosen by keyboard, without any script", async ({ browser, demo }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(new URL("/help/api/best-practices", demo.brand("razorpay", "IN").dashboard_url).href);
  await expect(page.getByText("razorpay.Client")).toBeHidden();
  await page.getByRole("radio", { name: "Curl", exact: true }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText("razorpay.Client")).toBeVisible();
  await expect(page.getByText('curl -u "$KEY_ID')).toBeHidden();
  await context.close();
});

test("the mode switch keeps the page, and Test mode cannot be mistaken", async ({ page, demo, dashboardOf }) => {
  const dashboard = dashboardOf(RAZORPAY);
  await dashboard.logIn(member(liveAccount(demo, RAZORPAY), "owner"));

  await dashboard.openApiKeys("Test");
  await expect(page.getByText("Test mode:")).toBeVisible();
  await expect(dashboard.modeLink("Live")).not.toHaveAttribute("aria-current", "true");

  await dashboard.switchTo("Live");
  await expect(page.getByRole("heading", { name: "API Keys", level: 1 })).toBeVisible();
  await expect(page.getByText("Test mode:")).toHaveCount(0);
  await expect(dashboard.modeLink("Test")).not.toHaveAttribute("aria-current", "true");
});

test("a session of one brand is nobody at another brand's host", async ({ page, demo, dashboardOf }) => {
  await dashboardOf(RAZORPAY).logIn(member(liveAccount(demo, RAZORPAY), "owner"));
  await page.goto(dashboardOf(AXIS).url("/test/keys"));
  await expect(dashboardOf(AXIS).button("Log in")).toBeVisible();
});

test("a host that no brand has is answered with 421", async ({ page, dashboardOf }) => {
  const stranger = new URL(dashboardOf(RAZORPAY).url("/login"));
  stranger.hostname = "unknown.localhost";
  const answer = await page.goto(stranger.href);
  expect(answer?.status()).toBe(421);
});
