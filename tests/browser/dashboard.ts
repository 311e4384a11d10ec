// What a person does on the dashboard, by the words they read there.

import { expect, type Locator, type Page } from "@playwright/test";

import type { Brand } from "./brands.js";
import type { Demo, Member, Pair } from "./demo.js";

export type Mode = "Test" | "Live";
export type When = "immediately" | "in 24 hours";

export class Dashboard {
  constructor(
    readonly page: Page,
    readonly demo: Demo,
    readonly brand: Brand,
  ) {}

  /** The address of a path on this brand's host. */
  url(path: string): string {
    return new URL(path, this.demo.brand(this.brand.org, this.brand.country).dashboard_url).href;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** A button with the brand's own spelling of "deactivate". */
  get deactivateNow(): Locator {
    return this.page.getByRole("button", { name: `${this.brand.deactivate} now`, exact: true });
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  /** E-mail and password, and nothing after them. */
  async sendPassword(member: Member): Promise<void> {
    await this.page.goto(this.url("/login"));
    await this.field("Email").fill(member.email);
    await this.field("Password").fill(member.password);
    await this.button("Log in").click();
  }

  async answerOtp(code: string): Promise<void> {
    await this.field("OTP").fill(code);
    await this.button("Verify").click();
  }

  /** The whole way in, with the code by SMS for those who have two-factor on. */
  async logIn(member: Member): Promise<void> {
    await this.sendPassword(member);
    if (member.two_factor) await this.answerOtp(await this.demo.nextCode(mobileOf(member)));
    await expect(this.button("Log out")).toBeVisible();
  }

  async logOut(): Promise<void> {
    await this.button("Log out").click();
    await expect(this.button("Log in")).toBeVisible();
  }

  modeLink(mode: Mode): Locator {
    return this.page.getByRole("navigation", { name: "Mode" }).getByRole("link", { name: `${mode} Mode`, exact: true });
  }

  async switchTo(mode: Mode): Promise<void> {
    await this.modeLink(mode).click();
    await expect(this.modeLink(mode)).toHaveAttribute("aria-current", "true");
  }

  async openSettings(): Promise<void> {
    await this.page.getByRole("link", { name: "Account & Settings", exact: true }).click();
    await expect(this.page.getByRole("heading", { name: "Account & Settings", level: 1 })).toBeVisible();
  }

  /** Account & Settings → API Keys, as the help page says. */
  async openApiKeys(mode: Mode): Promise<void> {
    await this.switchTo(mode);
    await this.openSettings();
    await this.page.getByRole("link", { name: "API Keys", exact: true }).click();
    await expect(this.modeLink(mode)).toHaveAttribute("aria-current", "true");
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  /** The pair in the dialog that shows it once. */
  async shownPair(): Promise<Pair> {
    await expect(this.dialog).toBeVisible();
    const keyId = await this.dialog.getByTestId("key-id").innerText();
    const keySecret = await this.dialog.getByTestId("key-secret").innerText();
    return { keyId, keySecret };
  }

  /** Presses Generate Key; the dialog stays open. */
  async generate(): Promise<Pair> {
    await this.button("Generate Key").click();
    return this.shownPair();
  }

  async closeDialog(): Promise<void> {
    await this.dialog.getByRole("link", { name: "Done", exact: true }).click();
    await expect(this.dialog).toHaveCount(0);
  }

  /** Generates a key in a mode and comes back to its table. */
  async generateKey(mode: Mode): Promise<Pair> {
    await this.openApiKeys(mode);
    const pair = await this.generate();
    await this.closeDialog();
    return pair;
  }

  choice(when: When): Locator {
    return this.page.getByRole("radio", { name: `${this.brand.deactivate} old key ${when}`, exact: true });
  }

  /** From the table to the page with the two choices, for a member who needs no code. */
  async beginRegenerate(): Promise<void> {
    await this.button("Regenerate Key").click();
    await expect(this.choice("immediately")).toBeVisible();
  }

  /** From the page with the two choices to the dialog with the new pair. */
  async confirmRegenerate(when: When): Promise<Pair> {
    await this.choice(when).check();
    await this.button("Regenerate Key").click();
    return this.shownPair();
  }

  /** Proves a mobile number, where the page asks for one. */
  async verifyMobile(member: Member, mobile: string): Promise<void> {
    await this.field("Mobile number").fill(mobile);
    await this.field("Password").fill(member.password);
    await this.button("Send OTP").click();
    await this.answerOtp(await this.demo.nextCode(mobile));
  }

  /** The row of a pair in the table. */
  row(pair: Pair): Locator {
    return this.page.getByRole("row").filter({ hasText: pair.keyId });
  }

  /** An error region says this, and it is announced to screen readers. */
  async expectAlert(words: RegExp): Promise<void> {
    await expect(this.page.getByRole("alert").filter({ hasText: words }).first()).toBeVisible();
  }
}

/** The number of somebody who has one. */
export function mobileOf(member: Member): string {
  if (!member.mobile) throw new Error(`${member.email} has no mobile number`);
  return member.mobile;
}
