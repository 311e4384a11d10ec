// How the dashboard is driven: Debian's Chromium, a fresh sample for every test, no second try.

import { defineConfig } from "@playwright/test";

const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "specs",
  globalSetup: "./sample.ts",
  outputDir: "results/failures",
  fullyParallel: true,
  forbidOnly: true,
  // A test that fails once in a while is broken; a second try would hide it.
  retries: 0,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [
    ["list"],
    ["junit", { outputFile: process.env.KEYSTEAD_TEST_REPORT ?? "results/report.xml" }],
  ],
  use: {
    actionTimeout: 15_000,
    locale: "en-IN",
    timezoneId: "Asia/Kolkata",
    screenshot: "only-on-failure",
    // Recording every step costs a third of the time: ask for it with `--trace retain-on-failure`.
    trace: "off",
    launchOptions: {
      executablePath: process.env.KEYSTEAD_TEST_CHROMIUM ?? "/usr/bin/chromium",
      // Chromium refuses to put root into its sandbox; everybody else keeps it.
      chromiumSandbox: !isRoot,
    },
  },
});
