// The `test` of all specs: a fresh sample for each, and pages on which no script may fail and nothing breaks the policy.

import { test as base, type Page } from "@playwright/test";

import type { Brand } from "./brands.js";
import { Dashboard } from "./dashboard.js";
import { Demo } from "./demo.js";

export { expect } from "@playwright/test";

type Fixtures = {
  demo: Demo;
  /** The dashboard of a brand in this test's page. */
  dashboardOf: (brand: Brand) => Dashboard;
  /** Complaints of the browser about our pages; a test fails when there are any. */
  complaints: string[];
};

export const test = base.extend<Fixtures>({
  demo: async ({}, use, info) => {
    const demo = await Demo.start(info.parallelIndex);
    await use(demo);
    if (info.status !== info.expectedStatus) await info.attach("server log", { body: demo.log, contentType: "text/plain" });
    await demo.stop();
  },

  dashboardOf: async ({ page, demo }, use) => {
    await use((brand) => new Dashboard(page, demo, brand));
  },

  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = [];
      context.on("page", (page) => listen(page, complaints));
      await use(complaints);
      if (complaints.length > 0) throw new Error(`the browser complained:\n${complaints.join("\n")}`);
    },
    { auto: true },
  ],
});

function listen(page: Page, complaints: string[]): void {
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    // A refused request is logged by the browser as an error too; that is the server's answer and no complaint.
    if (/Content Security Policy/i.test(message.text())) complaints.push(`${page.url()}: ${message.text()}`);
  });
}
