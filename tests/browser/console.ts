// What an operator does at the console.

import { expect, type Page } from "@playwright/test";

import type { Demo } from "./demo.js";

/** The whole way in: name, password and the code of the sample operator's app. */
export async function logInToConsole(page: Page, demo: Demo): Promise<void> {
  const { console_url, name, password } = demo.operator;
  await page.goto(`${console_url}/login`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("OTP").fill(demo.operatorCode());
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
}
