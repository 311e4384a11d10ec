// The operator console beside the dashboards: every page is looked at by axe in both colour schemes, and on a phone. What an
// operator does there for a newcomer stands in newcomer.spec.ts.

import { AxeBuilder } from "@axe-core/playwright";

import { RAZORPAY, newAccount } from "../brands.js";
import { logInToConsole } from "../console.js";
import { expect, test } from "../story.js";

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
    await logInToConsole(page, demo);
    const account = newAccount(demo, RAZORPAY).id;
    for (const path of ["/", "/accounts", `/accounts/${account}`, "/reviews", "/brands", "/brands/razorpay/IN", "/brands/razorpay/MY?page=login", "/brands/axis/IN?page=letter", "/audit", "/letters", "/limits", "/operators", "/nowhere"]) {
      await page.goto(at + path);
      await look(path);
    }
  });
}

test("the console fits a phone without sideways scrolling", async ({ page, demo }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await logInToConsole(page, demo);
  const account = newAccount(demo, RAZORPAY).id;
  for (const path of ["/", "/accounts", `/accounts/${account}`, "/reviews", "/brands", "/audit", "/limits", "/operators"]) {
    await page.goto(demo.operator.console_url + path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, path).toBeLessThanOrEqual(0);
  }
});
