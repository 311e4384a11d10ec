// The operator console beside the dashboards: an operator logs in with three things, reviews what a newcomer has told, and
// the newcomer gets a Live key. Every page is looked at by axe in both colour schemes.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { BRANDS, RAZORPAY, member, newAccount } from "../brands.js";
import type { Demo } from "../demo.js";
import { expect, test } from "../story.js";

async function logIn(page: Page, demo: Demo): Promise<void> {
  const { console_url, name, password } = demo.operator;
  await page.goto(`${console_url}/login`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("OTP").fill(demo.operatorCode());
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
}

for (const brand of BRANDS) {
  test(`a newcomer of ${brand.name} tells website and business, an operator approves, and a Live key is generated`, async ({ page, browser, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    const account = newAccount(demo, brand);
    await dashboard.logIn(member(account, "owner"));
    await dashboard.openApiKeys("Live");
    await expect(page.getByRole("button", { name: "Generate Key" })).toHaveCount(0);

    await page.getByRole("link", { name: "Go to Business website details" }).click();
    await page.getByLabel("Address").fill("https://books.example");
    for (const [label, name] of [["Terms and conditions", "terms"], ["Privacy policy", "privacy"], ["Refunds and cancellation", "refunds"], ["Contact us", "contact"]]) {
      await page.getByLabel(label!, { exact: true }).fill(`https://books.example/${name}`);
    }
    await page.getByRole("button", { name: "Submit for review" }).click();
    await expect(page.getByText("Being checked").first()).toBeVisible();
    await page.goto(dashboard.url("/live/activation"));
    await page.getByLabel("Name in your papers").fill("Asha Books Private Limited");
    await page.getByLabel("Type of business").selectOption("private-company");
    await page.getByLabel("Registration number").fill("U1");
    await page.getByLabel("What you sell").fill("Books");
    await page.getByRole("button", { name: "Submit for review" }).click();
    await expect(page.getByText("Being checked").first()).toBeVisible();

    const desk = await browser.newContext();
    const operator = await desk.newPage();
    await logIn(operator, demo);
    await operator.getByRole("link", { name: "Reviews", exact: true }).click();
    await operator.getByRole("region", { name: "Websites to look at" }).getByRole("link", { name: account.name }).click();
    await operator.getByRole("button", { name: "Verify website" }).click();
    await expect(operator.getByRole("status").first()).toContainText("The website is verified.");
    await operator.getByRole("button", { name: "Activate account" }).click();
    await expect(operator.getByRole("status").first()).toContainText("The account is activated.");
    await desk.close();

    await dashboard.openApiKeys("Live");
    await expect(page.getByRole("button", { name: "Generate Key" })).toBeVisible();
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page of the console in ${colorScheme}`, async ({ page, demo }) => {
    await page.emulateMedia({ colorScheme });
    const look = async (name: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" ")}`), name).toEqual([]);
    };
    const at = demo.operator.console_url;
    for (const path of ["/login", "/enrol"]) {
      await page.goto(at + path);
      await look(path);
    }
    await logIn(page, demo);
    const account = newAccount(demo, RAZORPAY).id;
    for (const path of ["/", "/accounts", `/accounts/${account}`, "/reviews", "/brands", "/brands/razorpay/IN", "/brands/razorpay/MY?page=login", "/brands/axis/IN?page=letter", "/audit", "/letters", "/limits", "/operators", "/nowhere"]) {
      await page.goto(at + path);
      await look(path);
    }
  });
}

test("the console fits a phone without sideways scrolling", async ({ page, demo }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await logIn(page, demo);
  const account = newAccount(demo, RAZORPAY).id;
  for (const path of ["/", "/accounts", `/accounts/${account}`, "/reviews", "/brands", "/audit", "/limits", "/operators"]) {
    await page.goto(demo.operator.console_url + path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, path).toBeLessThanOrEqual(0);
  }
});
